package org.steadfast.simulator;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The messages of one device that are not settled yet, in the order of their values. What failed is sent again in order: never
 * while a later message is under way, because the server would then see it after that one. A failed message that a later one has
 * overtaken for good, since that one was acknowledged, is superseded: its values are history, sending them again would set the
 * property back. Not safe for use by several threads; its {@link FleetDevice} guards it.
 */
final class SendWindow {

    /** One message: the same value for each of its properties. Changed by its window only. */
    static final class Outgoing {
        private final long value;
        private final long firstSentNanos;
        private boolean underWay = true;

        private Outgoing(long value, long firstSentNanos) {
            this.value = value;
            this.firstSentNanos = firstSentNanos;
        }

        long value() {
            return value;
        }

        long firstSentNanos() {
            return firstSentNanos;
        }
    }

    private final int limit;
    private final long end;
    private final ArrayDeque<Outgoing> unsettled = new ArrayDeque<>();
    private long next;
    private long lastSent = Acknowledged.NONE;
    private long lastAcknowledged = Acknowledged.NONE;

    /**
     * @param limit how many messages may be unsettled
     * @param first value of the first message
     * @param count how many messages there are in all
     */
    SendWindow(int limit, long first, OptionalLong count) {
        this.limit = limit;
        this.next = first;
        this.end = count.isPresent() ? first + count.getAsLong() : Long.MAX_VALUE;
    }

    /** True where a message that was never sent may be sent now. */
    boolean hasRoom() {
        return unsettled.size() < limit && next < end && unsettled.stream().allMatch(message -> message.underWay);
    }

    /** The next message that was never sent; it is under way now. */
    Outgoing fresh(long nowNanos) {
        Outgoing message = new Outgoing(next++, nowNanos);
        unsettled.addLast(message);
        lastSent = message.value;
        return message;
    }

    /** The first failed message, if it may be sent again now; it is under way then. */
    Optional<Outgoing> again() {
        for (Iterator<Outgoing> it = unsettled.descendingIterator(); it.hasNext(); ) {
            Outgoing message = it.next();
            if (message.underWay) {
                return firstFailedAfter(message.value);
            }
        }
        return firstFailedAfter(Acknowledged.NONE);
    }

    /** Found after the last message under way, provided that none failed before it. */
    private Optional<Outgoing> firstFailedAfter(long value) {
        for (Outgoing message : unsettled) {
            if (!message.underWay) {
                message.underWay = message.value > value;
                return message.underWay ? Optional.of(message) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /**
     * The server has it.
     *
     * @return how many failed messages are superseded by it
     */
    int acknowledged(Outgoing message) {
        unsettled.remove(message);
        lastAcknowledged = Math.max(lastAcknowledged, message.value);
        return dropSuperseded();
    }

    /**
     * It is not known to have arrived.
     *
     * @return how many messages are superseded: this one, where a later one was acknowledged, or none
     */
    int failed(Outgoing message) {
        message.underWay = false;
        return dropSuperseded();
    }

    /** The server refused it for good. */
    void refused(Outgoing message) {
        unsettled.remove(message);
    }

    private int dropSuperseded() {
        int before = unsettled.size();
        unsettled.removeIf(message -> !message.underWay && message.value < lastAcknowledged);
        return before - unsettled.size();
    }

    /** True where every message that was sent is settled. */
    boolean isSettled() {
        return unsettled.isEmpty();
    }

    /** True where every message that there is was sent and is settled. */
    boolean isDone() {
        return unsettled.isEmpty() && next >= end;
    }

    Acknowledged progress() {
        return new Acknowledged(lastAcknowledged, lastSent);
    }
}
