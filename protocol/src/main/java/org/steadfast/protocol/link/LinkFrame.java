package org.steadfast.protocol.link;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Verb;

/**
 * One unit of what a connection server and a foundation node say over a link. Every request carries a correlation that its
 * answer repeats; correlations are chosen by who asks and unique on a link for its life.
 */
public sealed interface LinkFrame {

    /** Ties an answer to its request. */
    long correlation();

    /**
     * Connection server asks: who is it that makes these claims?
     *
     * @param address of the device, as the connection server sees it
     */
    record Authenticate(long correlation, Body.Auth claims, String address) implements LinkFrame {
        public Authenticate {
            Objects.requireNonNull(address, "address is null");
        }
    }

    /** Foundation node answers an {@link Authenticate}: the user where the status is success, the reason where it is not. */
    record Authenticated(long correlation, Status status, String userOrReason) implements LinkFrame {}

    /**
     * Connection server asks to bind names to a session, as {@code user}.
     *
     * @param gateway what binds them for its devices, where something does
     */
    record Bind(
            long correlation,
            String user,
            String connectionServer,
            long session,
            Optional<Body.Bind.Gateway> gateway,
            List<String> names)
            implements LinkFrame {
        public Bind {
            names = List.copyOf(names);
        }
    }

    /** Foundation node answers a {@link Bind}: what each name that could be bound stands for. */
    record Bound(long correlation, Status status, String reason, List<Binding> bindings) implements LinkFrame {
        public Bound {
            bindings = List.copyOf(bindings);
        }
    }

    /** Connection server says that a session lets go of bindings; those that have a newer epoch by now stay. */
    record Unbind(long correlation, List<Binding> bindings) implements LinkFrame {
        public Unbind {
            bindings = List.copyOf(bindings);
        }
    }

    /** Foundation node answers an {@link Unbind}. */
    record Unbound(long correlation, Status status) implements LinkFrame {}

    /** The stamp that orders one device's updates: the epoch of its binding, and a sequence within that. */
    record Stamp(long epoch, long sequence) implements Comparable<Stamp> {
        /** The stamp of what comes from a session without a binding: ordered by arrival alone. */
        public static final Stamp NONE = new Stamp(0, 0);

        @Override
        public int compareTo(Stamp other) {
            int byEpoch = Long.compare(epoch, other.epoch);
            return byEpoch != 0 ? byEpoch : Long.compare(sequence, other.sequence);
        }
    }

    /**
     * A device's request, its bytes as the device sent them.
     *
     * @param user who the device authenticated as
     * @param stamp order among the device's updates
     * @param receivedAt when the connection server received it, epoch milliseconds
     * @param message the whole message of the device protocol
     */
    record Request(long correlation, String user, Stamp stamp, long receivedAt, byte[] message) implements LinkFrame {
        public Request {
            Objects.requireNonNull(message, "message is null");
        }
    }

    /** The answer to a {@link Request}: a status, and the bytes of a response's body. */
    record Reply(long correlation, Status status, byte[] body) implements LinkFrame {
        public Reply {
            Objects.requireNonNull(body, "body is null");
        }
    }

    /**
     * A foundation node asks something of a device. Its correlation is chosen by the foundation node; those of the other direction
     * may be equal.
     *
     * @param session of the device, at the connection server
     * @param thing the name of the thing; the device may have bound it under another name
     * @param epoch of the binding through which the thing is reached
     * @param timeoutMillis how long the device has time to answer
     * @param request the bytes of a request's body
     */
    record Call(long correlation, long session, String thing, long epoch, Verb verb, int timeoutMillis, byte[] request)
            implements LinkFrame {
        public Call {
            Objects.requireNonNull(request, "request is null");
        }
    }

    /** The answer to a {@link Call}: a status, of the device or of the connection to it, and the bytes of a response's body. */
    record Called(long correlation, Status status, byte[] body) implements LinkFrame {
        public Called {
            Objects.requireNonNull(body, "body is null");
        }
    }

    /** Foundation node says that a thing was bound by another session, so that this one has it no more. Not answered. */
    record Superseded(long correlation, long session, String thing, long epoch) implements LinkFrame {}

    /** Foundation node says that something of a thing was changed that its device should know. Not answered. */
    record DefinitionChanged(long correlation, long session, String thing, long epoch) implements LinkFrame {}

    /**
     * Connection server says which bindings its sessions have: foundation nodes that were all stopped have lost them. One that is
     * known, or was replaced or ended since, changes nothing.
     */
    record Rebind(long correlation, String connectionServer, List<Held> bindings) implements LinkFrame {
        public Rebind {
            bindings = List.copyOf(bindings);
        }
    }

    /** Foundation node answers a {@link Rebind}. */
    record Rebound(long correlation, Status status) implements LinkFrame {}

    /**
     * A binding that a session has.
     *
     * @param name what the device calls the thing
     */
    record Held(long session, String name, String thing, long epoch) {}

    /** A name that was bound, the thing that it stands for, and the epoch of the binding. */
    record Binding(String name, String thing, long epoch) {}
}
