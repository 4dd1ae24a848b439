package org.steadfast.connection.session;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.steadfast.connection.budget.ByteBudget;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.Header;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Target;

/**
 * What foundation nodes ask of one device, until it answers. Each call is answered once: by the device, by its deadline, or by the
 * end of the connection. Safe for use by several threads.
 */
final class DeviceCalls {
    /** Share of the server's bound up to which calls are taken: requests of devices alone stay below 1. */
    private static final double MOST_WITH_CALLS = 1.5;

    private final int session;
    private final SessionBindings bindings;
    private final Outbound outbound;
    private final SessionMetrics metrics;
    private final ByteBudget server;
    private final int mostCalls;
    private final long mostUnreadBytes;
    /** Ids of our own requests to the device. */
    private final AtomicInteger ids = new AtomicInteger();
    /** By request id: added to by links' readers, removed from by whoever brings the answer; guards itself. */
    private final Map<Integer, CompletableFuture<Answer>> outstanding = new ConcurrentHashMap<>();
    /** Written once, when the connection ends. */
    private volatile boolean ended;

    /** What a device answered, or what is answered in its place: a status, and the bytes of a response's body. */
    private record Answer(Status status, byte[] body) {
        static Answer of(Status status, String reason) {
            return new Answer(status, MessageCodec.encodeBody(Body.Response.of(reason)));
        }
    }

    /**
     * Begins without calls.
     *
     * @param session the id of the device's session
     * @param server bytes in flight of all sessions
     */
    DeviceCalls(
            int session,
            SessionBindings bindings,
            Outbound outbound,
            SessionMetrics metrics,
            ByteBudget server,
            ConnectionServerSettings settings) {
        this.session = session;
        this.bindings = bindings;
        this.outbound = outbound;
        this.metrics = metrics;
        this.server = server;
        this.mostCalls = settings.mostCallsPerDevice();
        this.mostUnreadBytes = settings.mostUnreadBytesPerDevice();
    }

    /** A request id that no other request of ours to this device has. */
    int nextId() {
        return ids.incrementAndGet();
    }

    /** Sends a call to the device. The future does not fail. */
    CompletableFuture<LinkFrame.Called> begin(LinkFrame.Call call) {
        metrics.calls.increment();
        Optional<LinkFrame.Binding> binding = bindings.bound(call.thing(), call.epoch());
        if (binding.isEmpty()) {
            return answered(
                    call, Answer.of(Status.CONNECTION_UNAVAILABLE, call.thing() + " is not bound here any more"));
        }
        if (outstanding.size() >= mostCalls || outbound.unread() > mostUnreadBytes || server.isAbove(MOST_WITH_CALLS)) {
            return answered(call, Answer.of(Status.UNAVAILABLE, "too many requests wait for " + call.thing()));
        }
        byte[] message;
        int id = nextId();
        try {
            message = message(call, binding.get(), id);
        } catch (CodecException e) {
            return answered(call, Answer.of(Status.BAD_REQUEST, e.getMessage()));
        }
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        outstanding.put(id, answer);
        if (ended) {
            // Either the end has answered it, or nobody else does.
            answer.complete(gone());
        }
        server.take(message.length);
        outbound.send(List.of(message), () -> server.giveBack(message.length));
        return answer.completeOnTimeout(
                        Answer.of(
                                Status.CONNECTION_TIMEOUT,
                                call.thing() + " did not answer within " + call.timeoutMillis() + " ms"),
                        call.timeoutMillis(),
                        TimeUnit.MILLISECONDS)
                .thenApply(given -> {
                    outstanding.remove(id);
                    if (given.status() == Status.CONNECTION_TIMEOUT) {
                        metrics.callTimeouts.increment();
                    }
                    return new LinkFrame.Called(call.correlation(), given.status(), given.body());
                });
    }

    private static CompletableFuture<LinkFrame.Called> answered(LinkFrame.Call call, Answer answer) {
        return CompletableFuture.completedFuture(
                new LinkFrame.Called(call.correlation(), answer.status(), answer.body()));
    }

    /** The device knows itself by the name that it has bound. */
    private byte[] message(LinkFrame.Call call, LinkFrame.Binding binding, int id) throws CodecException {
        Body.Request request = MessageCodec.decodeRequestBody(call.request());
        Target target = request.target();
        Target known = new Target(target.entityType(), binding.name(), target.characteristic(), target.name());
        return MessageCodec.encode(new Message(
                Header.request(call.verb(), id, 0, session), new Body.Request(known, request.parameters())));
    }

    /** Takes an answer of the device in; one that nobody waits for any more changes nothing. */
    void answered(Header header, byte[] message) {
        CompletableFuture<Answer> answer = outstanding.get(header.requestId());
        if (answer != null) {
            Status status = Status.ofCode(header.code()).orElse(Status.INTERNAL_ERROR);
            answer.complete(new Answer(status, Arrays.copyOfRange(message, Header.LENGTH, message.length)));
        }
    }

    /** The connection is gone. */
    void end() {
        ended = true;
        outstanding.values().forEach(answer -> answer.complete(gone()));
    }

    private static Answer gone() {
        return Answer.of(
                Status.CONNECTION_UNAVAILABLE,
                "the connection ended before the device answered; whether the request took effect is not known");
    }
}
