package org.steadfast.connection.session;

import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.connection.budget.ByteBudget;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.Header;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.Status;

/**
 * What is said over one open connection: gives each message of the device to those who know what it asks for. Messages are taken in
 * by one thread at a time.
 */
final class Conversation {
    private static final Logger log = LoggerFactory.getLogger(Conversation.class);

    private final int session;
    private final Intake intake;
    private final Outbound outbound;
    private final Closings closings;
    private final SessionBindings bindings;
    private final DeviceCalls calls;
    private final Relay relay;
    private final Login login;
    private final ModelSynchronization synchronization;
    private final BindRequests binds;
    private final ThingRequests requests;

    /**
     * Begins with a device that has not logged in.
     *
     * @param session the id of the device's session
     * @param onLogin run when the device has logged in
     */
    Conversation(int session, DeviceSession.Parts parts, Intake intake, Outbound outbound, Runnable onLogin) {
        this.session = session;
        this.intake = intake;
        this.outbound = outbound;
        SessionMetrics metrics = parts.metrics();
        this.closings = parts.closings();
        this.bindings = new SessionBindings(metrics.bindings);
        this.calls = new DeviceCalls(session, bindings, outbound, metrics, parts.server(), parts.settings());
        this.relay = new Relay(session, parts.router(), intake, outbound, metrics);
        this.login = new Login(
                session,
                outbound.peerAddress(),
                parts.settings().mostFailedLogins(),
                relay,
                metrics,
                onLogin,
                this::closeForLogins);
        this.requests = new ThingRequests(
                login,
                relay,
                bindings,
                outbound,
                metrics,
                parts.server(),
                parts.clock(),
                parts.settings().mostUnreadBytesPerDevice());
        this.synchronization = new ModelSynchronization(login, parts.router(), calls, requests, parts.clock());
        this.binds = new BindRequests(session, login, relay, parts.sessions(), bindings, synchronization);
    }

    void definitionChanged(String thing, long epoch) {
        bindings.bound(thing, epoch).ifPresent(binding -> synchronization.begin(List.of(binding)));
    }

    private void closeForLogins() {
        closings.closed(Closings.Reason.LOGINS, session, outbound.peer(), "the last one just now", System.nanoTime());
        outbound.close(StatusCode.POLICY_VIOLATION, "too many logins failed");
    }

    Outbound outbound() {
        return outbound;
    }

    SessionBindings bindings() {
        return bindings;
    }

    DeviceCalls calls() {
        return calls;
    }

    boolean isAuthenticated() {
        return login.isDone();
    }

    /** The link that the last request went to. */
    Optional<ByteBudget> link() {
        return relay.link();
    }

    /** Takes a whole message in; its bytes are in flight. */
    void take(byte[] message) throws CodecException {
        boolean answering = false;
        relay.received(System.nanoTime());
        try {
            answering = dispatch(MessageCodec.decodeHeader(message), message);
        } finally {
            if (!answering) {
                intake.ended(message.length);
            }
        }
    }

    /** False where the message is not answered. */
    private boolean dispatch(Header header, byte[] message) throws CodecException {
        if (header.isResponse()) {
            calls.answered(header, message);
            return false;
        }
        switch (header.verb()) {
            case AUTH -> login.attempt(MessageCodec.decode(message), message.length);
            case BIND -> whenAuthenticated(header, message, binds::bind);
            case UNBIND -> whenAuthenticated(header, message, binds::unbind);
            case GET, PUT, POST, DELETE -> whenAuthenticated(header, message, requests::pass);
            case CLEAR_AUTH, KEEP_ALIVE -> {
                log.trace("Device session {} is alive", session);
                return false;
            }
        }
        return true;
    }

    /** Takes in a message of a device that has logged in. */
    @FunctionalInterface
    private interface Taking {
        void take(Header header, byte[] message) throws CodecException;
    }

    private void whenAuthenticated(Header header, byte[] message, Taking taking) throws CodecException {
        if (login.isDone()) {
            taking.take(header, message);
        } else {
            relay.respond(
                    message.length,
                    Relay.Answer.of(header, Status.UNAUTHORIZED, Body.Response.of("log in first, by AUTH")));
        }
    }

    /** The connection is gone. */
    void end() {
        calls.end();
        binds.end();
    }
}
