package org.steadfast.simulator;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Delays that double from a shortest to a longest, each jittered by one half either way. Not safe for use by several threads. */
final class Backoff {
    private final long minNanos;
    private final long maxNanos;
    private long nextNanos;

    Backoff(Duration min, Duration max) {
        this.minNanos = min.toNanos();
        this.maxNanos = max.toNanos();
        this.nextNanos = minNanos;
    }

    Duration next() {
        double jitter = 0.5 + ThreadLocalRandom.current().nextDouble();
        Duration delay = Duration.ofNanos((long) (nextNanos * jitter));
        nextNanos = Math.min(nextNanos * 2, maxNanos);
        return delay;
    }

    void reset() {
        nextNanos = minNanos;
    }
}
