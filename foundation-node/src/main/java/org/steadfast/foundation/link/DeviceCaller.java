package org.steadfast.foundation.link;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.steadfast.foundation.remote.Devices;
import org.steadfast.foundation.sharedstate.Bindings.Binding;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Verb;

/**
 * Asks devices over the links that their connection servers have opened. Each call is answered once: by the connection server, by
 * its deadline, or by the end of the link. Safe for use by several threads.
 */
final class DeviceCaller implements Devices {
    private static final int MOST_CALLS = 10_000;
    /** Devices take no longer messages: 1 MiB. */
    private static final int LONGEST_REQUEST = 1 << 20;
    /** How much later than the connection server this node gives a call up: its answer says more. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final OpenLinks links;
    private final AtomicLong correlations = new AtomicLong();
    /** By correlation: added to by callers, removed from by whoever brings the answer; guards itself. */
    private final Map<Long, Outstanding> outstanding = new ConcurrentHashMap<>();

    private record Outstanding(LinkEndpoint link, CompletableFuture<Answer> answer) {}

    DeviceCaller(OpenLinks links) {
        this.links = links;
    }

    int outstanding() {
        return outstanding.size();
    }

    @Override
    public boolean isReached(Binding binding) {
        return binding.bound() && links.find(binding.connectionServer()).isPresent();
    }

    @Override
    public boolean isGone(Binding binding) {
        return links.isReplaced(binding.connectionServer());
    }

    @Override
    public CompletableFuture<Answer> call(
            Binding binding, String thing, Verb verb, Body.Request request, Duration timeout) {
        Optional<LinkEndpoint> link = links.find(binding.connectionServer());
        if (link.isEmpty()) {
            return CompletableFuture.completedFuture(
                    answer(Status.CONNECTION_UNAVAILABLE, "its connection server is not linked to this node"));
        }
        if (outstanding.size() >= MOST_CALLS) {
            return CompletableFuture.completedFuture(
                    answer(Status.UNAVAILABLE, "too many requests to devices are under way"));
        }
        byte[] body = MessageCodec.encodeBody(request);
        if (body.length > LONGEST_REQUEST) {
            return CompletableFuture.completedFuture(answer(
                    Status.ENTITY_TOO_LARGE,
                    "the request has " + body.length + " bytes, devices take at most " + LONGEST_REQUEST));
        }
        if (!link.get().fits(body.length)) {
            return CompletableFuture.completedFuture(
                    answer(Status.UNAVAILABLE, "too much waits to be sent to its connection server"));
        }
        long correlation = correlations.incrementAndGet();
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        outstanding.put(correlation, new Outstanding(link.get(), answer));
        CompletableFuture<Answer> given = answer.completeOnTimeout(
                        answer(Status.CONNECTION_TIMEOUT, "its connection server does not answer"),
                        timeout.plus(GRACE).toMillis(),
                        TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> outstanding.remove(correlation));
        boolean sent = link.get()
                .send(new LinkFrame.Call(
                        correlation,
                        binding.session(),
                        thing,
                        binding.epoch(),
                        verb,
                        (int) Math.min(Integer.MAX_VALUE, timeout.toMillis()),
                        body));
        if (!sent) {
            answer.complete(lost());
        }
        return given;
    }

    /** Takes an answer in; one that nobody waits for any more changes nothing. */
    void answered(LinkFrame.Called called) {
        Outstanding call = outstanding.get(called.correlation());
        if (call == null) {
            return;
        }
        Answer answer;
        try {
            answer = new Answer(called.status(), MessageCodec.decodeResponseBody(called.body()));
        } catch (CodecException e) {
            answer = answer(Status.BAD_GATEWAY, "its answer cannot be read: " + e.getMessage());
        }
        call.answer().complete(answer);
    }

    /** A link has ended, and with it the calls over it. */
    void ended(LinkEndpoint link) {
        outstanding.values().forEach(call -> {
            if (call.link() == link) {
                call.answer().complete(lost());
            }
        });
    }

    private static Answer lost() {
        return answer(
                Status.CONNECTION_UNAVAILABLE,
                "its connection server went away; whether the request took effect is not known");
    }

    private static Answer answer(Status status, String reason) {
        return new Answer(status, Body.Response.of(reason));
    }
}
