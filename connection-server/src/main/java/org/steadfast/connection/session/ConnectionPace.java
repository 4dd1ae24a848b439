package org.steadfast.connection.session;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * Gives new connections their turn, one each {@code 1/n} s, in the order in which they ask. Guards itself.
 */
final class ConnectionPace {
    private final long intervalNanos;
    private final long longestWaitNanos;
    /** When the next turn may be, by {@link System#nanoTime()}; guarded by this. */
    private long next;

    /**
     * Begins with a turn that is free.
     *
     * @param perSecond how many turns there are in a second
     * @param longestWait where a turn would come later than that, there is none
     */
    ConnectionPace(int perSecond, Duration longestWait, long nowNanos) {
        this.intervalNanos = Duration.ofSeconds(1).toNanos() / perSecond;
        this.longestWaitNanos = longestWait.toNanos();
        this.next = nowNanos;
    }

    /** Nanoseconds until the turn of a connection that asks now, which are not given to another; empty where it is too long. */
    synchronized OptionalLong take(long nowNanos) {
        long wait = Math.max(0, next - nowNanos);
        if (wait > longestWaitNanos) {
            return OptionalLong.empty();
        }
        next = nowNanos + wait + intervalNanos;
        return OptionalLong.of(wait);
    }
}
