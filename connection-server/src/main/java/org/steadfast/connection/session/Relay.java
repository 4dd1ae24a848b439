package org.steadfast.connection.session;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.connection.budget.ByteBudget;
import org.steadfast.connection.routing.Router;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Header;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.Status;

/**
 * Asks foundation nodes for what the requests of one device need, and sends it the answers. Each request is answered once. Asked by
 * the thread that takes the device's messages in; answers come on any thread.
 */
final class Relay {
    private static final Logger log = LoggerFactory.getLogger(Relay.class);

    private final int session;
    private final Router router;
    private final Intake intake;
    private final Outbound outbound;
    private final SessionMetrics metrics;
    /** The link that the last request went to; used while a message is taken in. */
    private Optional<ByteBudget> link = Optional.empty();
    /** When the message that is taken in was here as a whole, by {@link System#nanoTime()}; used while it is taken in. */
    private long received;

    /** @param session the id of the device's session */
    Relay(int session, Router router, Intake intake, Outbound outbound, SessionMetrics metrics) {
        this.session = session;
        this.router = router;
        this.intake = intake;
        this.outbound = outbound;
        this.metrics = metrics;
    }

    /**
     * What a device is sent.
     *
     * @param messages in order, with nothing between them
     * @param sent run when the last of them is written, or never will be
     */
    record Answer(List<byte[]> messages, Runnable sent) {
        static Answer of(byte[] message) {
            return new Answer(List.of(message), () -> {});
        }

        static Answer of(Header request, Status status, Body.Response body) {
            return of(MessageCodec.encode(new Message(request.answer(status), body)));
        }
    }

    /**
     * A request of the device.
     *
     * @param bytes length of its message
     * @param thing whose owner is asked
     * @param resendable whether the owner may be asked again where a link ends before the answer
     * @param patience how long the device waits, where that is longer than it usually does
     */
    record Asked(Header header, int bytes, String thing, boolean resendable, Duration patience) {
        Asked(Header header, int bytes, String thing, boolean resendable) {
            this(header, bytes, thing, resendable, Duration.ZERO);
        }
    }

    /** What spreads the requests that concern no thing over the foundation nodes: all of one session's go to one. */
    String self() {
        return Integer.toString(session);
    }

    /** A whole message is here and taken in next. */
    void received(long nowNanos) {
        received = nowNanos;
    }

    /** The link that the last request went to. */
    Optional<ByteBudget> link() {
        return link;
    }

    /**
     * Asks a foundation node for what a request of the device needs.
     *
     * @param kind of the answer; any other means that there is none
     * @param answered takes the answer in, and makes what the device is sent
     */
    <T extends LinkFrame> void ask(
            Asked request, LongFunction<LinkFrame> frame, Class<T> kind, Function<T, Answer> answered) {
        ask(request, frame, kind, answered, () -> {});
    }

    /** @param unanswered run where no answer came */
    <T extends LinkFrame> void ask(
            Asked request,
            LongFunction<LinkFrame> frame,
            Class<T> kind,
            Function<T, Answer> answered,
            Runnable unanswered) {
        Header header = request.header();
        link = router.budget(request.thing());
        Passage passage = new Passage(received, System.nanoTime());
        var asked = router.ask(request.thing(), request.resendable(), request.patience(), passage::sent, frame);
        var unused = asked.whenComplete((reply, failure) -> {
            passage.answered();
            Answer answer;
            try {
                if (kind.isInstance(reply)) {
                    answer = answered.apply(kind.cast(reply));
                } else {
                    unanswered.run();
                    answer = unavailable(header, failure);
                }
            } catch (RuntimeException e) {
                log.warn(
                        "ANSWER_UNREADABLE: device session {}: the answer to request {} is unusable",
                        session,
                        header.requestId(),
                        e);
                answer =
                        Answer.of(header, Status.INTERNAL_ERROR, Body.Response.of("the answer could not be passed on"));
            }
            respond(request.bytes(), answer, () -> passage.written(metrics.stages));
        });
    }

    /**
     * Sends an answer, whose bytes are in flight from now on in place of the request's.
     *
     * @param requestBytes length of the message that is answered
     */
    void respond(int requestBytes, Answer answer) {
        respond(requestBytes, answer, () -> {});
    }

    private void respond(int requestBytes, Answer answer, Runnable written) {
        long bytes =
                answer.messages().stream().mapToLong(message -> message.length).sum();
        intake.answered(requestBytes, bytes);
        outbound.send(answer.messages(), () -> {
            written.run();
            answer.sent().run();
            intake.ended(bytes);
        });
    }

    private Answer unavailable(Header header, Throwable failure) {
        metrics.unavailable.increment();
        String reason = failure == null ? "the answer was not understood" : String.valueOf(failure.getMessage());
        return Answer.of(header, Status.UNAVAILABLE, Body.Response.of(reason));
    }
}
