package org.steadfast.simulator;

import java.util.concurrent.ThreadLocalRandom;

/**
 * When a device's next message is due. Who was held up catches up by at most one second's worth of messages. Times are those of
 * {@link System#nanoTime()}. Not safe for use by several threads.
 */
final class Pacer {
    private static final long CATCH_UP_NANOS = 1_000_000_000L;

    private static final double LONGEST_INTERVAL = 1e18;

    private final long intervalNanos;
    private long due;

    /** @param rate messages per second; 0 = always due */
    Pacer(double rate) {
        this.intervalNanos = rate == 0 ? 0 : (long) Math.min(1e9 / rate, LONGEST_INTERVAL);
    }

    /** Begins at a random point of the interval, so that devices that start together do not send together. */
    void start(long nowNanos) {
        due = intervalNanos == 0
                ? nowNanos
                : nowNanos + ThreadLocalRandom.current().nextLong(intervalNanos);
    }

    boolean isDue(long nowNanos) {
        return nowNanos - due >= 0;
    }

    void took(long nowNanos) {
        long following = due + intervalNanos;
        long earliest = nowNanos - CATCH_UP_NANOS;
        due = following - earliest > 0 ? following : earliest;
    }

    long due() {
        return due;
    }
}
