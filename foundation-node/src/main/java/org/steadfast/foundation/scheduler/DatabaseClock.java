package org.steadfast.foundation.scheduler;

import java.util.concurrent.TimeUnit;
import org.steadfast.persistence.store.ScheduleStore;
import org.steadfast.persistence.store.StoreException;

/**
 * The database's clock, as far as it can be known here: what it said last, and how much time has passed since by this machine's own
 * count, which nobody sets. It does not go back, unless the database's does by more than a moment, as when another machine's clock has
 * taken its place. Used by one thread.
 */
final class DatabaseClock {
    /** So far a clock that is right may be from one that is right, by how long the answer took. */
    private static final long MOMENT_MILLIS = 2_000;

    /** A better answer is not to be had after so long. */
    private static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final ScheduleStore store;
    /** The database's clock at {@link #at}, which is by {@link System#nanoTime()}. */
    private long millis;

    private long at;
    /** How long the answer took that this is from. */
    private long tookNanos = Long.MAX_VALUE;

    private long last = Long.MIN_VALUE;

    DatabaseClock(ScheduleStore store) {
        this.store = store;
    }

    /** Asks the database. */
    void set() throws StoreException {
        tookNanos = Long.MAX_VALUE;
        long before = System.nanoTime();
        observe(store.now(), before, System.nanoTime());
    }

    /**
     * Hears what the database's clock said at some time between two moments.
     *
     * @param before by {@link System#nanoTime()}
     * @param after the same
     */
    void observe(long said, long before, long after) {
        long took = after - before;
        if (took <= tookNanos || before - at > STALE_NANOS) {
            millis = said;
            at = before + took / 2;
            tookNanos = took;
        }
    }

    /** Whether it is time to ask the database again. */
    boolean isStale() {
        return System.nanoTime() - at > STALE_NANOS;
    }

    /** Epoch milliseconds; not before {@link #set}. */
    long now() {
        long now = millis + (System.nanoTime() - at) / 1_000_000;
        if (now > last || last - now > MOMENT_MILLIS) {
            last = now;
        }
        return last;
    }
}
