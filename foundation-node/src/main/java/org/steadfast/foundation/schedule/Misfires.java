package org.steadfast.foundation.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a schedule does when it is due: which fire times are fired, and which were missed and are passed over. All times are epoch
 * milliseconds. Immutable.
 *
 * @param upTo the last fire time that is settled by this
 * @param fires in their order
 */
public record Misfires(long upTo, List<FireTime> fires) {
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
            return new Misfires(last, List.of());
        }
        if (now - next.getAsLong() <= threshold) {
            return onTime(plan, last, now);
        }
        long lastMissed = plan.latest(last, now - threshold - 1).orElse(next.getAsLong());
        return switch (terms.misfire()) {
            case SKIP -> new Misfires(lastMissed, List.of());
            case FIRE_ONCE -> {
                int before = count(plan, last, lastMissed);
                yield new Misfires(lastMissed, List.of(new FireTime(lastMissed, before, true)));
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
        return new Misfires(upTo, fires);
    }

    /** The last ones, from the end back: there may be very many. */
    private static Misfires each(Plan plan, long last, long lastMissed, int most) {
        Deque<Long> times = new ArrayDeque<>();
        OptionalLong time = OptionalLong.of(lastMissed);
        while (time.isPresent() && times.size() < most) {
            times.addFirst(time.getAsLong());
            time = plan.latest(last, time.getAsLong() - 1);
        }
        List<FireTime> fires = new ArrayList<>();
        int passedOver = count(plan, last, times.getFirst());
        for (long each : times) {
            if (fires.size() == MOST_AT_ONCE) {
                break;
            }
            fires.add(new FireTime(each, fires.isEmpty() ? passedOver : 0, true));
        }
        return new Misfires(fires.get(fires.size() - 1).time(), fires);
    }

    /** Fire times between the two, without either. */
    private static int count(Plan plan, long last, long before) {
        int count = 0;
        OptionalLong next = plan.next(last);
        while (next.isPresent() && next.getAsLong() < before && count < MOST_COUNTED) {
            count++;
            next = plan.next(next.getAsLong());
        }
        return count;
    }
}
