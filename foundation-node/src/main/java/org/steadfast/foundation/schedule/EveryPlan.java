package org.steadfast.foundation.schedule;

import java.util.OptionalLong;

/**
 * Fires again and again after the same time, counted from when it began.
 *
 * @param millis from {@value #LEAST} on
 */
public record EveryPlan(long millis) implements Plan {
    /** The shortest time between two fires, in milliseconds. */
    public static final long LEAST = 100;

    public EveryPlan {
        if (millis < LEAST) {
            throw new IllegalArgumentException("every " + millis + " ms");
        }
    }

    @Override
    public OptionalLong next(long last) {
        return OptionalLong.of(last + millis);
    }

    @Override
    public OptionalLong latest(long last, long now) {
        long passed = now - last;
        return passed < millis ? OptionalLong.empty() : OptionalLong.of(now - passed % millis);
    }

    @Override
    public int count(long last, long before, int most) {
        return before <= last ? 0 : (int) Math.min(most, (before - last - 1) / millis);
    }

    @Override
    public String text() {
        return "every " + millis + " ms";
    }
}
