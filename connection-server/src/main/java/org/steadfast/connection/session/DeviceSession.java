package org.steadfast.connection.session;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.connection.routing.Router;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.Header;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.MultipartAssembler;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;

/**
 * One device's connection. Messages come in one at a time; answers go out as they come from the foundation nodes. Nothing more is
 * read from a device that has too many requests unanswered. The socket says who the device is; ids in headers are only echoed.
 * Public because Jetty calls listeners by method handles.
 */
public final class DeviceSession implements Session.Listener {
    private static final Logger log = LoggerFactory.getLogger(DeviceSession.class);
    /** Longest message in bytes that devices make: 1.5 MiB with room to spare. */
    static final int LONGEST_MESSAGE = 2 << 20;

    private static final String NOTIFY = "NotifyPropertyUpdate";
    private static final String PUSH = "UpdateSubscribedPropertyValues";

    private final int id;
    private final DeviceSessions sessions;
    private final Router router;
    private final SessionMetrics metrics;
    private final Clock clock;
    private final int frameLimit;
    private final int mostOutstanding;
    private final SessionBindings bindings;
    /** Used while a message is taken in, which one thread at a time does. */
    private final MultipartAssembler assembler = new MultipartAssembler(LONGEST_MESSAGE);
    /** Counted up when a request is taken, down when its answer is written: a device that reads none gets none made. */
    private final AtomicInteger outstanding = new AtomicInteger();
    /** Ids of our own requests to the device. */
    private final AtomicInteger ownRequests = new AtomicInteger();
    /** True while reading waits for answers; changed by whoever changes {@link #outstanding}, guarded by it. */
    private boolean paused;
    /** Set once, when the connection opens. */
    private Session session;
    /** Set once, when the connection opens. */
    private Outbound outbound;
    /** Set at most once, before the connection opens. */
    private Future<?> loginTimeout = CompletableFuture.completedFuture(null);
    /** Order of the messages; used while a message is taken in. */
    private long sequence;
    /** Whom the device logged in as; null before. Written by the thread that brings the answer to the login. */
    private volatile String principal;

    DeviceSession(
            int id,
            DeviceSessions sessions,
            Router router,
            SessionMetrics metrics,
            Clock clock,
            int frameLimit,
            int mostOutstanding) {
        this.id = id;
        this.sessions = sessions;
        this.router = router;
        this.metrics = metrics;
        this.clock = clock;
        this.frameLimit = frameLimit;
        this.mostOutstanding = mostOutstanding;
        this.bindings = new SessionBindings(metrics.bindings);
    }

    int id() {
        return id;
    }

    boolean isAuthenticated() {
        return principal != null;
    }

    /** Before the connection opens: what is to be cancelled when the device logs in, or goes. */
    void setLoginTimeout(Future<?> timeout) {
        loginTimeout = timeout;
    }

    @Override
    public void onWebSocketOpen(Session opened) {
        session = opened;
        outbound = new Outbound(opened, frameLimit);
        sessions.add(this);
        opened.demand();
    }

    @Override
    public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        callback.succeed();
        metrics.messages.increment();
        metrics.bytes.increment(bytes.length);
        try {
            take(bytes);
        } catch (CodecException e) {
            log.info("Device session {} from {}: {}; closing it", id, session.getRemoteSocketAddress(), e.getMessage());
            outbound.close(StatusCode.BAD_PAYLOAD, shortened(e.getMessage()));
            return;
        }
        demandUnlessFull();
    }

    @Override
    public void onWebSocketText(String text) {
        outbound.close(StatusCode.BAD_DATA, "only binary messages are taken");
    }

    @Override
    public void onWebSocketPing(ByteBuffer payload) {
        // A listener that takes pings answers them itself; devices give up a server that does not.
        // Nothing more is read before the pong is written, so pongs that nobody reads do not pile up.
        session.sendPong(payload, Callback.from(session::demand, failure -> log.debug("No pong was sent", failure)));
    }

    @Override
    public void onWebSocketPong(ByteBuffer payload) {
        session.demand();
    }

    private void take(byte[] bytes) throws CodecException {
        Header header = MessageCodec.decodeHeader(bytes);
        byte[] message = bytes;
        if (header.multipart()) {
            Optional<byte[]> whole = assembler.add(bytes, System.nanoTime());
            if (whole.isEmpty()) {
                return;
            }
            message = whole.get();
            header = MessageCodec.decodeHeader(message);
        }
        if (header.isResponse()) {
            // The only requests that we send are notifications; whether they are answered changes nothing.
            return;
        }
        switch (header.verb()) {
            case AUTH -> authenticate(MessageCodec.decode(message));
            case BIND -> whenAuthenticated(header, message, this::bind);
            case UNBIND -> whenAuthenticated(header, message, this::unbind);
            case GET, PUT, POST, DELETE -> whenAuthenticated(header, message, this::request);
            case CLEAR_AUTH, KEEP_ALIVE -> log.trace("Device session {} is alive", id);
        }
    }

    /** Takes in a message of a device that has logged in. */
    @FunctionalInterface
    private interface Taking {
        void take(Header header, byte[] message) throws CodecException;
    }

    private void whenAuthenticated(Header header, byte[] message, Taking taking) throws CodecException {
        if (principal == null) {
            begin();
            outbound.send(
                    List.of(answer(header, Status.UNAUTHORIZED, Body.Response.of("log in first, by AUTH"))), this::end);
        } else {
            taking.take(header, message);
        }
    }

    /**
     * Asks a foundation node for what a request of the device needs.
     *
     * @param kind of the answer; any other means that there is none
     * @param answered takes the answer in, and makes what the device is sent
     */
    private <T extends LinkFrame> void ask(
            Header header,
            String thing,
            boolean resendable,
            LongFunction<LinkFrame> frame,
            Class<T> kind,
            Function<T, List<byte[]>> answered) {
        ask(header, thing, resendable, frame, kind, answered, () -> {});
    }

    /** @param unanswered run where no answer came */
    private <T extends LinkFrame> void ask(
            Header header,
            String thing,
            boolean resendable,
            LongFunction<LinkFrame> frame,
            Class<T> kind,
            Function<T, List<byte[]>> answered,
            Runnable unanswered) {
        begin();
        var unused = router.ask(thing, resendable, frame).whenComplete((reply, failure) -> {
            List<byte[]> messages;
            try {
                if (kind.isInstance(reply)) {
                    messages = answered.apply(kind.cast(reply));
                } else {
                    unanswered.run();
                    messages = List.of(unavailable(header, failure));
                }
            } catch (RuntimeException e) {
                log.warn("Device session {}: the answer to request {} is unusable", id, header.requestId(), e);
                messages = List.of(
                        answer(header, Status.INTERNAL_ERROR, Body.Response.of("the answer could not be passed on")));
            }
            outbound.send(messages, this::end);
        });
    }

    /** What spreads the requests that concern no thing over the foundation nodes: all of one session's go to one. */
    private String self() {
        return Integer.toString(id);
    }

    private void authenticate(Message message) {
        Header header = message.header();
        Body.Auth claims = (Body.Auth) message.body();
        ask(
                header,
                self(),
                true,
                correlation -> new LinkFrame.Authenticate(correlation, claims),
                LinkFrame.Authenticated.class,
                answered -> {
                    if (answered.status() == Status.SUCCESS) {
                        principal = answered.userOrReason();
                        loginTimeout.cancel(false);
                        return List.of(answer(header.withSession(id), Status.SUCCESS, Body.Response.empty()));
                    }
                    metrics.refusedLogins.increment();
                    return List.of(answer(header, answered.status(), Body.Response.of(answered.userOrReason())));
                });
    }

    private void bind(Header header, byte[] message) throws CodecException {
        Body.Bind body = (Body.Bind) MessageCodec.decode(message).body();
        ask(
                header,
                self(),
                true,
                correlation -> new LinkFrame.Bind(correlation, principal, sessions.platformId(), id, body.names()),
                LinkFrame.Bound.class,
                bound -> {
                    List<byte[]> messages = new ArrayList<>();
                    messages.add(answer(
                            header,
                            bound.status(),
                            bound.status() == Status.SUCCESS
                                    ? Body.Response.empty()
                                    : Body.Response.of(bound.reason())));
                    keep(bound.bindings());
                    bound.bindings().forEach(binding -> messages.add(notification(binding.name())));
                    return messages;
                });
    }

    /** Devices ask for their subscriptions when they hear this, and push nothing before. Nobody waits for the answer. */
    private byte[] notification(String name) {
        Header header = Header.request(Verb.POST, ownRequests.incrementAndGet(), 0, id);
        return MessageCodec.encode(
                new Message(header, new Body.Request(Target.service(name, NOTIFY), Optional.empty())));
    }

    private void unbind(Header header, byte[] message) throws CodecException {
        Body.Bind body = (Body.Bind) MessageCodec.decode(message).body();
        var removed = bindings.remove(body.names());
        ask(
                header,
                self(),
                true,
                correlation -> new LinkFrame.Unbind(correlation, removed),
                LinkFrame.Unbound.class,
                unbound -> {
                    if (unbound.status() != Status.SUCCESS) {
                        keep(removed);
                    }
                    return List.of(answer(header, unbound.status(), Body.Response.empty()));
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

    private void letGo(List<LinkFrame.Binding> bound) {
        if (bound.isEmpty()) {
            return;
        }
        var unused = router.ask(self(), true, correlation -> new LinkFrame.Unbind(correlation, bound))
                .whenComplete((reply, failure) -> {
                    if (failure != null) {
                        log.info("Bindings of device session {} could not be ended: {}", id, failure.getMessage());
                    }
                });
    }

    private void request(Header header, byte[] message) throws CodecException {
        Target target = MessageCodec.decodeTarget(message);
        Optional<LinkFrame.Binding> binding = bindings.find(target.entityName());
        String thing = binding.map(LinkFrame.Binding::thing).orElse(target.entityName());
        LinkFrame.Stamp stamp = binding.map(bound -> new LinkFrame.Stamp(bound.epoch(), ++sequence))
                .orElse(LinkFrame.Stamp.NONE);
        long receivedAt = clock.millis();
        ask(
                header,
                thing,
                isResendable(header.verb(), target, stamp),
                correlation -> new LinkFrame.Request(correlation, principal, stamp, receivedAt, message),
                LinkFrame.Reply.class,
                answered -> {
                    if (answered.status() == Status.UNAVAILABLE) {
                        metrics.unavailable.increment();
                    }
                    return List.of(MessageCodec.join(header.answer(answered.status()), answered.body()));
                });
    }

    /** Reads change nothing, and stamped updates take effect once however often they arrive; all else may have had effects. */
    private static boolean isResendable(Verb verb, Target target, LinkFrame.Stamp stamp) {
        return verb == Verb.GET || stamp.epoch() > 0 && (verb == Verb.PUT || target.isService(PUSH));
    }

    private byte[] unavailable(Header header, Throwable failure) {
        metrics.unavailable.increment();
        String reason = failure == null ? "the answer was not understood" : String.valueOf(failure.getMessage());
        return answer(header, Status.UNAVAILABLE, Body.Response.of(reason));
    }

    private static byte[] answer(Header request, Status status, Body.Response body) {
        return MessageCodec.encode(new Message(request.answer(status), body));
    }

    private void begin() {
        outstanding.incrementAndGet();
    }

    private void end() {
        boolean resume;
        synchronized (outstanding) {
            outstanding.decrementAndGet();
            resume = paused && outstanding.get() < mostOutstanding;
            if (resume) {
                paused = false;
            }
        }
        if (resume) {
            session.demand();
        }
    }

    private void demandUnlessFull() {
        synchronized (outstanding) {
            if (outstanding.get() >= mostOutstanding) {
                paused = true;
                return;
            }
        }
        session.demand();
    }

    @Override
    public void onWebSocketError(Throwable cause) {
        log.debug("Device session {} failed", id, cause);
    }

    @Override
    public void onWebSocketClose(int statusCode, String reason, Callback callback) {
        callback.succeed();
        loginTimeout.cancel(false);
        letGo(bindings.end());
        // Last, because the door waits for it: by then the bindings are on their way.
        sessions.remove(this);
    }

    void closeUnauthenticated() {
        outbound.close(StatusCode.POLICY_VIOLATION, "no login in time");
    }

    void closeGoingAway() {
        outbound.closeGoingAway();
    }

    /** A close frame holds at most 123 bytes of reason. */
    private static String shortened(String reason) {
        return reason.length() <= 100 ? reason : reason.substring(0, 100);
    }
}
