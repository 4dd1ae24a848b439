package org.steadfast.simulator;

import java.time.Duration;
import java.util.OptionalLong;

/** The longest time between two acknowledgements anywhere in a fleet, from the first sending on. */
final class GapTimer {
    /** All three are written by whoever sends or is acknowledged; this object's lock guards them. */
    private boolean running;

    private long lastNanos;
    private long longestNanos;

    /** The first message was sent; later calls change nothing. */
    synchronized void begin(long nowNanos) {
        if (!running) {
            running = true;
            lastNanos = nowNanos;
        }
    }

    synchronized void acknowledged(long nowNanos) {
        longestNanos = Math.max(longestNanos, nowNanos - lastNanos);
        lastNanos = nowNanos;
    }

    /** @param openUntilNanos the gap that is open now counts up to this time; empty = it does not count */
    synchronized Duration longest(OptionalLong openUntilNanos) {
        long open = running && openUntilNanos.isPresent() ? openUntilNanos.getAsLong() - lastNanos : 0;
        return Duration.ofNanos(Math.max(longestNanos, open));
    }
}
