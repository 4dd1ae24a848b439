package org.steadfast.foundation.event;

import java.util.concurrent.atomic.AtomicLong;
import org.steadfast.foundation.property.Urgency;

/** How many events of this node wait to be heard, and what they take. Safe for use by several threads. */
final class Backlog {
    private final long mostEvents;
    private final long mostBytes;
    /** Both: added to by whoever brings an event, taken off when all have heard it. */
    private final AtomicLong events = new AtomicLong();

    private final AtomicLong bytes = new AtomicLong();

    Backlog(EventSettings settings) {
        this.mostEvents = settings.mostWaiting();
        this.mostBytes = (long) settings.mostWaitingMegabytes() << 20;
    }

    boolean hasRoom() {
        return hasRoom(Urgency.USUAL);
    }

    boolean hasRoom(Urgency urgency) {
        int times = urgency == Urgency.OF_SUBSCRIPTION ? 2 : 1;
        return events.get() < times * mostEvents && bytes.get() < times * mostBytes;
    }

    void add(long size) {
        events.incrementAndGet();
        bytes.addAndGet(size);
    }

    /** An event takes more than was known at first. */
    void grow(long more) {
        bytes.addAndGet(more);
    }

    void remove(long size) {
        events.decrementAndGet();
        bytes.addAndGet(-size);
    }

    AtomicLong events() {
        return events;
    }

    AtomicLong bytes() {
        return bytes;
    }
}
