package org.steadfast.foundation.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a schedule does when it is due: which fire times are fired, and which were missed and are passed over. All times are epoch
 * milliseconds. Immutable.
 *
 * @param upTo the last fire time that is settled by this
 * @param fires in their order
 * @param passedOver how many fire times are passed over with none fired after them; not counted beyond {@value #MOST_COUNTED}
 */
public record Misfires(long upTo, List<FireTime> fires, int passedOver) {
    /** Fire times of one step; what is left follows with the next one. */
    static final int MOST_AT_ONCE = 200;
    /** Missed fire times are not counted any further. */
    static final int MOST_COUNTED = 1_000;

    public Misfires {
        fires = List.copyOf(fires);
    }

    /**
     * A fire time that is fired.
     *
     * @param missed how many before it are passed over; not counted beyond {@value #MOST_COUNTED}
     * @param isLate whether it was missed itself
     */
    public record FireTime(long time, int missed, boolean isLate) {}

    /**
     * What there is to do.
     *
     * @param last the last fire time that is settled
     * @param threshold fire times that are later than this, in milliseconds, count as missed
     * @return nothing to fire, and {@code upTo} equal to {@code last}, where it is not due
     */
    public static Misfires of(ScheduleTerms terms, long last, long now, long threshold) {
        Plan plan = terms.plan();
        OptionalLong next = plan.next(last);
        if (next.isEmpty() || next.getAsLong() > now) {
            return new Misfires(last, List.of(), 0);
        }
        if (now - next.getAsLong() <= threshold) {
            return onTime(plan, last, now);
        }
        long lastMissed = plan.latest(last, now - threshold - 1).orElse(next.getAsLong());
        return switch (terms.misfire()) {
            case SKIP -> new Misfires(lastMissed, List.of(), 1 + plan.count(last, lastMissed, MOST_COUNTED));
            case FIRE_ONCE -> {
                int before = plan.count(last, lastMissed, MOST_COUNTED);
                yield new Misfires(lastMissed, List.of(new FireTime(lastMissed, before, true)), 0);
            }
            case FIRE_ALL -> each(plan, last, lastMissed, terms.mostMissed());
        };
    }

    private static Misfires onTime(Plan plan, long last, long now) {
        List<FireTime> fires = new ArrayList<>(1);
        long upTo = last;
        OptionalLong next = plan.next(last);
        while (next.isPresent() && next.getAsLong() <= now && fires.size() < MOST_AT_ONCE) {
            upTo = next.getAsLong();
            fires.add(new FireTime(upTo, 0, false));
            next = plan.next(upTo);
        }
        return new Misfires(upTo, fires, 0);
    }

    /** All of them, or, where there are more than so many, the last ones. */
    private static Misfires each(Plan plan, long last, long lastMissed, int most) {
        long from = last;
        int passedOver = 0;
        if (plan.count(last, lastMissed, most) == most) {
            from = before(plan, last, lastMissed, most);
            passedOver = plan.count(last, plan.next(from).orElse(lastMissed), MOST_COUNTED);
        }
        List<FireTime> fires = new ArrayList<>();
        OptionalLong time = plan.next(from);
        while (time.isPresent() && time.getAsLong() <= lastMissed && fires.size() < MOST_AT_ONCE) {
            from = time.getAsLong();
            fires.add(new FireTime(from, fires.isEmpty() ? passedOver : 0, true));
            time = plan.next(from);
        }
        return new Misfires(from, fires, 0);
    }

    /** The fire time that so many, the last one among them, come after. */
    private static long before(Plan plan, long last, long lastMissed, int most) {
        long time = lastMissed;
        for (int i = 0; i < most; i++) {
            OptionalLong earlier = plan.latest(last, time - 1);
            if (earlier.isEmpty()) {
                return last;
            }
            time = earlier.getAsLong();
        }
        return time;
    }
}
