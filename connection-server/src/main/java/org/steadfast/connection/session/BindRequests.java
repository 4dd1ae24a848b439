package org.steadfast.connection.session;

import java.util.List;
import java.util.Optional;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.Header;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.Status;

/** What one device binds and lets go. Asked by the thread that takes messages in, answered by those that bring answers. */
final class BindRequests {
    private final int session;
    private final Login login;
    private final Relay relay;
    private final DeviceSessions sessions;
    private final SessionBindings bindings;
    private final ModelSynchronization synchronization;
    /** What the device first said that it is; used while a message is taken in. */
    private Optional<Body.Bind.Gateway> gateway = Optional.empty();

    /** @param session the id of the device's session */
    BindRequests(
            int session,
            Login login,
            Relay relay,
            DeviceSessions sessions,
            SessionBindings bindings,
            ModelSynchronization synchronization) {
        this.session = session;
        this.login = login;
        this.relay = relay;
        this.sessions = sessions;
        this.bindings = bindings;
        this.synchronization = synchronization;
    }

    void bind(Header header, byte[] message) throws CodecException {
        Body.Bind body = (Body.Bind) MessageCodec.decode(message).body();
        Optional<Body.Bind.Gateway> as = asGateway(body);
        relay.ask(
                new Relay.Asked(header, message.length, relay.self(), true),
                correlation -> new LinkFrame.Bind(
                        correlation, login.principal(), sessions.server(), session, as, body.names()),
                LinkFrame.Bound.class,
                bound -> {
                    keep(bound.bindings());
                    byte[] answer = MessageCodec.encode(new Message(
                            header.answer(bound.status()),
                            bound.status() == Status.SUCCESS
                                    ? Body.Response.empty()
                                    : Body.Response.of(bound.reason())));
                    // After the answer: before it, the device knows nothing of being bound.
                    return new Relay.Answer(List.of(answer), () -> synchronization.begin(bound.bindings()));
                });
    }

    /** A connection is one gateway: each name may make a thing. */
    private Optional<Body.Bind.Gateway> asGateway(Body.Bind body) {
        if (gateway.isEmpty()) {
            gateway = body.gateway();
        }
        return body.gateway().equals(gateway) ? gateway : Optional.empty();
    }

    void unbind(Header header, byte[] message) throws CodecException {
        Body.Bind body = (Body.Bind) MessageCodec.decode(message).body();
        var removed = bindings.remove(body.names());
        relay.ask(
                new Relay.Asked(header, message.length, relay.self(), true),
                correlation -> new LinkFrame.Unbind(correlation, removed),
                LinkFrame.Unbound.class,
                unbound -> {
                    if (unbound.status() != Status.SUCCESS) {
                        keep(removed);
                    }
                    return Relay.Answer.of(header, unbound.status(), Body.Response.empty());
                },
                // Still bound, as far as is known: the device may ask again, and the end of the session does.
                () -> keep(removed));
    }

    /** Remembers bindings; lets them go where the session ended while they were on their way. */
    private void keep(List<LinkFrame.Binding> bound) {
        if (!bindings.add(bound)) {
            letGo(bound);
        }
    }

    /** The connection is gone: all bindings end. */
    void end() {
        letGo(bindings.end());
    }

    private void letGo(List<LinkFrame.Binding> bound) {
        if (!bound.isEmpty()) {
            sessions.report().ended(bound);
        }
    }
}
