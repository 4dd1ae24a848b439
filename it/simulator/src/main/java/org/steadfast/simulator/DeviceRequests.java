package org.steadfast.simulator;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.Header;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;

/** The requests that one device makes, and the session in whose name it makes them. Safe for use by several threads. */
final class DeviceRequests {
    private static final int NO_SESSION = -1;

    private final DeviceSettings settings;
    private final DeviceConnection connection;
    private final PendingRequests pending;
    private final AtomicInteger lastRequestId = new AtomicInteger();
    /** Given by the server. Written by the reading thread. */
    private volatile int sessionId = NO_SESSION;

    DeviceRequests(DeviceNetwork network, DeviceSettings settings, DeviceConnection connection) {
        this.settings = settings;
        this.connection = connection;
        this.pending = new PendingRequests(network);
    }

    /** The answer, whatever its status. */
    CompletableFuture<Message> send(Verb verb, Body body) {
        int requestId = lastRequestId.incrementAndGet();
        if (requestId == Header.NO_REQUEST) {
            requestId = lastRequestId.incrementAndGet();
        }
        CompletableFuture<Message> answer = pending.register(
                requestId, settings.requestTimeout(), body instanceof Body.Request request ? request.target() : verb);
        if (!answer.isDone()) {
            try {
                connection.send(new Message(Header.request(verb, requestId, 0, sessionId), body));
            } catch (DeviceDisconnectedException | CodecException | RuntimeException e) {
                pending.fail(requestId, e);
            }
        }
        return answer;
    }

    /** The answer's body; fails with a {@link RequestRefusedException} unless its status is success. */
    CompletableFuture<Body.Response> succeed(Verb verb, Target target, Optional<Infotable> parameters) {
        return send(verb, new Body.Request(target, parameters)).thenCompose(answer -> {
            try {
                return CompletableFuture.completedFuture(
                        RequestRefusedException.requireSuccess(answer, verb + " " + target));
            } catch (RequestRefusedException e) {
                return CompletableFuture.failedFuture(e);
            }
        });
    }

    void answered(Message response) {
        Header header = response.header();
        if (header.requestId() != Header.NO_REQUEST) {
            pending.complete(header.requestId(), response);
        } else if (header.sessionId() != NO_SESSION) {
            sessionId = header.sessionId();
        }
    }

    void session(int session) {
        sessionId = session;
    }

    void end(DeviceDisconnectedException reason) {
        pending.end(reason);
    }
}
