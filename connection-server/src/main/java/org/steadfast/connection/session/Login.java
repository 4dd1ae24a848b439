package org.steadfast.connection.session;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Header;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.Status;

/**
 * Who the device is: a login may be tried again on the same connection, a few times. Asked by the thread that takes messages in,
 * answered by those that bring answers.
 */
final class Login {
    private final int session;
    private final String address;
    private final int mostFailed;
    private final Relay relay;
    private final SessionMetrics metrics;
    private final Runnable onSuccess;
    private final Runnable onTooManyFailed;
    private final AtomicInteger failed = new AtomicInteger();
    /** Whom the device logged in as; null before. Written by the thread that brings the answer to the login. */
    private volatile String principal;

    /**
     * Begins with nobody.
     *
     * @param session the id of the session, which the device gets with the answer
     * @param address of the device
     * @param mostFailed logins that may fail
     * @param onTooManyFailed run after the answer to the last login that may fail
     */
    Login(
            int session,
            String address,
            int mostFailed,
            Relay relay,
            SessionMetrics metrics,
            Runnable onSuccess,
            Runnable onTooManyFailed) {
        this.session = session;
        this.address = address;
        this.mostFailed = mostFailed;
        this.relay = relay;
        this.metrics = metrics;
        this.onSuccess = onSuccess;
        this.onTooManyFailed = onTooManyFailed;
    }

    boolean isDone() {
        return principal != null;
    }

    /** Whom the device logged in as; null before. */
    String principal() {
        return principal;
    }

    /** @param bytes length of the message */
    void attempt(Message message, int bytes) {
        Header header = message.header();
        Body.Auth claims = (Body.Auth) message.body();
        relay.ask(
                new Relay.Asked(header, bytes, relay.self(), true),
                correlation -> new LinkFrame.Authenticate(correlation, claims, address),
                LinkFrame.Authenticated.class,
                answered -> answer(header, answered));
    }

    private Relay.Answer answer(Header header, LinkFrame.Authenticated answered) {
        if (answered.status() == Status.SUCCESS) {
            principal = answered.userOrReason();
            onSuccess.run();
            return Relay.Answer.of(header.withSession(session), Status.SUCCESS, Body.Response.empty());
        }
        metrics.refusedLogins.increment();
        byte[] refusal = MessageCodec.encode(
                new Message(header.answer(answered.status()), Body.Response.of(answered.userOrReason())));
        // Not where nobody could tell: that is not the device's fault.
        if (answered.status() != Status.UNAVAILABLE && failed.incrementAndGet() >= mostFailed) {
            return new Relay.Answer(List.of(refusal), onTooManyFailed);
        }
        return Relay.Answer.of(refusal);
    }
}
