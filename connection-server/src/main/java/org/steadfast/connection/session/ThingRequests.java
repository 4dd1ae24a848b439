package org.steadfast.connection.session;

import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.steadfast.connection.budget.ByteBudget;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.Header;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;

/**
 * What one device reads, writes and invokes: stamped with the order of its messages and passed on as it is. Asked by the thread
 * that takes messages in, answered by those that bring answers.
 */
final class ThingRequests {
    /** The service by which devices push values. */
    static final String PUSH = "UpdateSubscribedPropertyValues";
    /** Answers up to so long are always passed on: those to writes are, and say what took effect. */
    private static final int SMALL_ANSWER = 64 << 10;
    /** Share of the server's bound up to which long answers are taken: requests alone stay below 1. */
    private static final double MOST_WITH_ANSWERS = 1.5;

    private final Login login;
    private final Relay relay;
    private final SessionBindings bindings;
    private final Outbound outbound;
    private final SessionMetrics metrics;
    private final ByteBudget server;
    private final Clock clock;
    private final long mostUnreadBytes;
    /** Order of what the device says; drawn by the thread that takes messages in, and by whoever brings what it told after a BIND. */
    private final AtomicLong sequence = new AtomicLong();

    /** @param server bytes in flight of all sessions */
    ThingRequests(
            Login login,
            Relay relay,
            SessionBindings bindings,
            Outbound outbound,
            SessionMetrics metrics,
            ByteBudget server,
            Clock clock,
            long mostUnreadBytes) {
        this.login = login;
        this.relay = relay;
        this.bindings = bindings;
        this.outbound = outbound;
        this.metrics = metrics;
        this.server = server;
        this.clock = clock;
        this.mostUnreadBytes = mostUnreadBytes;
    }

    void pass(Header header, byte[] message) throws CodecException {
        Target target = MessageCodec.decodeTarget(message);
        Optional<LinkFrame.Binding> binding = bindings.find(target.entityName());
        LinkFrame.Stamp stamp = binding.map(this::nextStamp).orElse(LinkFrame.Stamp.NONE);
        long receivedAt = clock.millis();
        relay.ask(
                new Relay.Asked(
                        header,
                        message.length,
                        binding.map(LinkFrame.Binding::thing).orElse(target.entityName()),
                        isResendable(header.verb(), target, stamp),
                        LongRequests.patience(target, message)),
                correlation -> new LinkFrame.Request(correlation, login.principal(), stamp, receivedAt, message),
                LinkFrame.Reply.class,
                answered -> {
                    if (answered.status() == Status.UNAVAILABLE) {
                        metrics.unavailable.increment();
                    }
                    return fits(answered.body().length)
                            ? Relay.Answer.of(MessageCodec.join(header.answer(answered.status()), answered.body()))
                            : refuse(header);
                });
    }

    /** The stamp of what the device says next. */
    LinkFrame.Stamp nextStamp(LinkFrame.Binding binding) {
        return new LinkFrame.Stamp(binding.epoch(), sequence.incrementAndGet());
    }

    /** Reads change nothing, and stamped updates take effect once however often they arrive; all else may have had effects. */
    private static boolean isResendable(Verb verb, Target target, LinkFrame.Stamp stamp) {
        return verb == Verb.GET || stamp.epoch() > 0 && (verb == Verb.PUT || target.isService(PUSH));
    }

    /** Whether there is room for an answer. Its length is not known before it is here, so this is the place to say no. */
    private boolean fits(int length) {
        if (length <= SMALL_ANSWER) {
            return true;
        }
        long unread = outbound.unread();
        return (unread == 0 || unread + length <= mostUnreadBytes) && !server.isAbove(MOST_WITH_ANSWERS);
    }

    private Relay.Answer refuse(Header header) {
        metrics.refusedAnswers.increment();
        metrics.unavailable.increment();
        return Relay.Answer.of(
                header,
                Status.UNAVAILABLE,
                Body.Response.of("too many answers wait to be read, " + outbound.unread() + " bytes of this device"));
    }
}
