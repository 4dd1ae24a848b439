package org.steadfast.foundation.event;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Something that has happened once, until all that subscribe to it have heard of it. Safe for use by several threads.
 */
final class Occurrence {
    private final long journalId;
    private final Consumer<Occurrence> onHeard;
    private final Consumer<Occurrence> onGivenUp;
    /** Grows once, before anybody hears of it. */
    private volatile long bytes;
    /** Deliveries that have not ended: set once, taken off by whoever ends one. */
    private final AtomicInteger left = new AtomicInteger();
    /** Whether this has ended, one way or the other. */
    private final AtomicBoolean ended = new AtomicBoolean();

    /**
     * @param journalId of the journal's entry; 0 where there is none
     * @param bytes that it takes in memory
     * @param onHeard called once, when all have heard
     * @param onGivenUp called once instead, when one of them cannot be told now
     */
    Occurrence(long journalId, long bytes, Consumer<Occurrence> onHeard, Consumer<Occurrence> onGivenUp) {
        this.journalId = journalId;
        this.bytes = bytes;
        this.onHeard = onHeard;
        this.onGivenUp = onGivenUp;
    }

    long journalId() {
        return journalId;
    }

    boolean isDurable() {
        return journalId != 0;
    }

    long bytes() {
        return bytes;
    }

    /** Says what it takes in memory besides. Called by one thread. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread alone writes it
    void grow(long more) {
        bytes += more;
    }

    /** Says how many are to hear of it, before any of them does. */
    void expect(int deliveries) {
        if (deliveries == 0) {
            end(onHeard);
        } else {
            left.set(deliveries);
        }
    }

    void heard() {
        if (left.decrementAndGet() == 0) {
            end(onHeard);
        }
    }

    void giveUp() {
        end(onGivenUp);
    }

    private void end(Consumer<Occurrence> how) {
        if (ended.compareAndSet(false, true)) {
            how.accept(this);
        }
    }
}
