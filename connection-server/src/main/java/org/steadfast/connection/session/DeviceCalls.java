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
import org.steadfast.protocol.wire.Verb;

/**
 * What is asked of one device, until it answers. Each call is answered once: by the device, by its deadline, or by the
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
    /** By request id: added to by those who ask, removed from by whoever brings the answer; guards itself. */
    private final Map<Integer, CompletableFuture<Answer>> outstanding = new ConcurrentHashMap<>();
    /** Written once, when the connection ends. */
    private volatile boolean ended;

    /** What a device answered, or what is answered in its place: a status, and the bytes of a response's body. */
    record Answer(Status status, byte[] body) {
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

    /** Sends a call of a foundation node to the device. The future does not fail. */
    CompletableFuture<LinkFrame.Called> begin(LinkFrame.Call call) {
        metrics.calls.increment();
        Optional<LinkFrame.Binding> binding = bindings.bound(call.thing(), call.epoch());
        if (binding.isEmpty()) {
            return answered(
                    call, Answer.of(Status.CONNECTION_UNAVAILABLE, call.thing() + " is not bound here any more"));
        }
        Body.Request request;
        try {
            request = MessageCodec.decodeRequestBody(call.request());
        } catch (CodecException e) {
            return answered(call, Answer.of(Status.BAD_REQUEST, e.getMessage()));
        }
        return ask(binding.get(), call.verb(), request, call.timeoutMillis())
                .thenApply(answer -> new LinkFrame.Called(call.correlation(), answer.status(), answer.body()));
    }

    /** Asks the device something, under the name that it has bound. The future does not fail. */
    CompletableFuture<Answer> ask(LinkFrame.Binding binding, Verb verb, Body.Request request, int timeoutMillis) {
        String thing = binding.thing();
        if (outstanding.size() >= mostCalls || outbound.unread() > mostUnreadBytes || server.isAbove(MOST_WITH_CALLS)) {
            return CompletableFuture.completedFuture(
                    Answer.of(Status.UNAVAILABLE, "too many requests wait for " + thing));
        }
        int id = ids.incrementAndGet();
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        outstanding.put(id, answer);
        if (ended) {
            // Either the end has answered it, or nobody else does.
            answer.complete(gone());
        }
        send(id, binding, verb, request);
        return answer.completeOnTimeout(
                        Answer.of(Status.CONNECTION_TIMEOUT, thing + " did not answer within " + timeoutMillis + " ms"),
                        timeoutMillis,
                        TimeUnit.MILLISECONDS)
                .thenApply(given -> {
                    outstanding.remove(id);
                    if (given.status() == Status.CONNECTION_TIMEOUT) {
                        metrics.callTimeouts.increment();
                    }
                    return given;
                });
    }

    /** Tells the device something whose answer nobody waits for. */
    void tell(LinkFrame.Binding binding, Body.Request request) {
        if (!ended) {
            send(ids.incrementAndGet(), binding, Verb.POST, request);
        }
    }

    private void send(int id, LinkFrame.Binding binding, Verb verb, Body.Request request) {
        Target target = request.target();
        // The device knows itself by the name that it has bound.
        Target known = new Target(target.entityType(), binding.name(), target.characteristic(), target.name());
        byte[] message = MessageCodec.encode(
                new Message(Header.request(verb, id, 0, session), new Body.Request(known, request.parameters())));
        server.take(message.length);
        outbound.send(List.of(message), () -> server.giveBack(message.length));
    }

    private static CompletableFuture<LinkFrame.Called> answered(LinkFrame.Call call, Answer answer) {
        return CompletableFuture.completedFuture(
                new LinkFrame.Called(call.correlation(), answer.status(), answer.body()));
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
