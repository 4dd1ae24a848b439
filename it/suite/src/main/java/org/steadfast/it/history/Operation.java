package org.steadfast.it.history;

import java.util.OptionalLong;

/**
 * One operation of a client on one property. Times are nanoseconds since the history's start.
 *
 * @param node which foundation node it was sent to
 * @param value what was written or read; empty for a read of a property that was never set
 * @param invoked before the request was sent
 * @param completed after the answer had come, or the client had given up
 */
public record Operation(
        String property,
        String client,
        String node,
        Kind kind,
        OptionalLong value,
        long invoked,
        long completed,
        Outcome outcome) {

    /** What a client can do to a property. */
    public enum Kind {
        READ,
        WRITE
    }

    /** What a client knows about its operation. */
    public enum Outcome {
        /** It took effect between its invocation and its completion. */
        OK,
        /** It certainly had no effect and never will. */
        FAILED,
        /** It may have taken effect at any time after its invocation, may do so later, or never. */
        UNKNOWN
    }

    public Operation {
        if (completed < invoked) {
            throw new IllegalArgumentException("completed before it was invoked: " + invoked + " > " + completed);
        }
        if (kind == Kind.READ && outcome != Outcome.OK) {
            throw new IllegalArgumentException("a read without an answer tells nothing; leave it out");
        }
        if (kind == Kind.WRITE && value.isEmpty()) {
            throw new IllegalArgumentException("a write needs a value");
        }
    }

    /** A read that was answered. */
    public static Operation read(
            String property, String client, String node, OptionalLong value, long invoked, long completed) {
        return new Operation(property, client, node, Kind.READ, value, invoked, completed, Outcome.OK);
    }

    /** A write. */
    public static Operation write(
            String property, String client, String node, long value, long invoked, long completed, Outcome outcome) {
        return new Operation(property, client, node, Kind.WRITE, OptionalLong.of(value), invoked, completed, outcome);
    }

    /** The last moment at which it may have taken effect. */
    long latestEffect() {
        return outcome == Outcome.UNKNOWN ? Long.MAX_VALUE : completed;
    }

    boolean isWrite() {
        return kind == Kind.WRITE;
    }
}
