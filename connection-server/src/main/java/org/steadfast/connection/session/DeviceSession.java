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
import org.steadfast.connection.budget.ByteBudget;
import org.steadfast.connection.routing.Router;
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
 * One device's connection. Messages come in one at a time, long ones piece by piece; answers go out as they come from the
 * foundation nodes. Nothing more is read from a device that has too much unanswered or unread, see {@link Intake}. The socket says
 * who the device is; ids in headers are only echoed. Public because Jetty calls listeners by method handles.
 */
public final class DeviceSession implements Session.Listener {
    private static final Logger log = LoggerFactory.getLogger(DeviceSession.class);
    /** Longest message in bytes that devices make: 1.5 MiB with room to spare. */
    static final int LONGEST_MESSAGE = 2 << 20;

    /**
     * Longest message in bytes before the login: anybody may send it, and an AUTH, of a few claims with some hundred characters
     * each, is far shorter.
     */
    static final int LONGEST_BEFORE_LOGIN = 16 << 10;
    /** A piece of a message up to so long is taken in without asking for room: about what one read from the socket brings. */
    private static final int SMALL_PIECE = 16 << 10;
    /** Answers up to so long are always passed on: those to writes are, and say what took effect. */
    private static final int SMALL_ANSWER = 64 << 10;
    /** Share of the server's bound up to which long answers are taken: requests alone stay below 1. */
    private static final double MOST_WITH_ANSWERS = 1.5;

    private static final String NOTIFY = "NotifyPropertyUpdate";
    private static final String PUSH = "UpdateSubscribedPropertyValues";

    private final int id;
    private final DeviceSessions sessions;
    private final Router router;
    private final SessionMetrics metrics;
    private final ByteBudget server;
    private final Clock clock;
    private final int frameLimit;
    private final ConnectionServerSettings settings;
    private final SessionBindings bindings;
    private final Intake intake;
    /** Pieces of a message that is not complete. Used by the thread that takes messages in and by the sweeper; guards itself. */
    private final Incoming incoming = new Incoming(LONGEST_MESSAGE);
    /** Set once, when the connection opens. */
    private volatile Session session;
    /** Set once, when the connection opens. */
    private volatile Outbound outbound;
    /** Set once, when the connection opens. */
    private volatile DeviceCalls calls;
    /** Set at most once, before the connection opens. */
    private Future<?> loginTimeout = CompletableFuture.completedFuture(null);
    /** Whether the sweeper has found the device not to read; used by the sweeper. */
    private boolean closedUnread;
    /** Order of the messages; used while a message is taken in. */
    private long sequence;
    /** The link that the last request went to; used while a message is taken in. */
    private Optional<ByteBudget> link = Optional.empty();
    /** Counted by threads that bring answers to logins. */
    private final AtomicInteger failedLogins = new AtomicInteger();
    /** Whether the connection is closed after the next answer; set once, by such a thread. */
    private volatile boolean refused;
    /** Whom the device logged in as; null before. Written by the thread that brings the answer to the login. */
    private volatile String principal;

    /** @param parts what all sessions share */
    DeviceSession(int id, Parts parts, int frameLimit) {
        this.id = id;
        this.sessions = parts.sessions();
        this.router = parts.router();
        this.metrics = parts.metrics();
        this.server = parts.server();
        this.clock = parts.clock();
        this.settings = parts.settings();
        this.frameLimit = frameLimit;
        this.bindings = new SessionBindings(metrics.bindings);
        this.intake = new Intake(
                server,
                metrics,
                settings.mostOutstandingPerDevice(),
                settings.mostBytesInFlightPerDevice(),
                () -> session.demand());
    }

    /**
     * What all sessions share.
     *
     * @param server bytes in flight of all sessions
     */
    record Parts(
            DeviceSessions sessions,
            Router router,
            SessionMetrics metrics,
            ByteBudget server,
            Clock clock,
            ConnectionServerSettings settings) {}

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
        calls = new DeviceCalls(id, bindings, outbound, metrics, server, settings);
        sessions.add(this);
        opened.demand();
    }

    @Override
    public void onWebSocketPartialBinary(ByteBuffer payload, boolean last, Callback callback) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        callback.succeed();
        metrics.bytes.increment(bytes.length);
        try {
            Optional<byte[]> whole = takeIn(bytes, last);
            if (whole.isPresent()) {
                metrics.messages.increment();
                take(whole.get());
            }
        } catch (TooLongException e) {
            log.info("Device session {} from {}: {}; closing it", id, session.getRemoteSocketAddress(), e.getMessage());
            outbound.close(StatusCode.MESSAGE_TOO_LARGE, shortened(e.getMessage()));
            return;
        } catch (CodecException e) {
            log.info("Device session {} from {}: {}; closing it", id, session.getRemoteSocketAddress(), e.getMessage());
            outbound.close(StatusCode.BAD_PAYLOAD, shortened(e.getMessage()));
            return;
        }
        intake.readOn(link);
    }

    @Override
    public void onWebSocketPartialText(String text, boolean last) {
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

    /** Takes a piece in; the message that it completes, whose bytes are in flight from now on. */
    private Optional<byte[]> takeIn(byte[] bytes, boolean last) throws CodecException, TooLongException {
        synchronized (incoming) {
            Optional<byte[]> whole = incoming.piece(bytes, last, System.nanoTime());
            int expected = incoming.expected();
            if (!isAuthenticated()
                    && Math.max(expected, whole.map(message -> message.length).orElse(0)) > LONGEST_BEFORE_LOGIN) {
                throw new TooLongException("before the login a message has at most " + LONGEST_BEFORE_LOGIN + " bytes");
            }
            whole.ifPresent(message -> intake.began(message.length));
            if (expected == 0) {
                intake.nothingBegun();
            } else if (expected > SMALL_PIECE) {
                intake.expect(expected);
            }
            return whole;
        }
    }

    private void take(byte[] message) throws CodecException {
        boolean answering = false;
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
            case AUTH -> authenticate(MessageCodec.decode(message), message.length);
            case BIND -> whenAuthenticated(header, message, this::bind);
            case UNBIND -> whenAuthenticated(header, message, this::unbind);
            case GET, PUT, POST, DELETE -> whenAuthenticated(header, message, this::request);
            case CLEAR_AUTH, KEEP_ALIVE -> {
                log.trace("Device session {} is alive", id);
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
        if (principal == null) {
            respond(
                    message.length,
                    List.of(answer(header, Status.UNAUTHORIZED, Body.Response.of("log in first, by AUTH"))));
        } else {
            taking.take(header, message);
        }
    }

    /**
     * Asks a foundation node for what a request of the device needs.
     *
     * @param bytes length of the device's message
     * @param kind of the answer; any other means that there is none
     * @param answered takes the answer in, and makes what the device is sent
     */
    private <T extends LinkFrame> void ask(
            Header header,
            int bytes,
            String thing,
            boolean resendable,
            LongFunction<LinkFrame> frame,
            Class<T> kind,
            Function<T, List<byte[]>> answered) {
        ask(header, bytes, thing, resendable, frame, kind, answered, () -> {});
    }

    /** @param unanswered run where no answer came */
    private <T extends LinkFrame> void ask(
            Header header,
            int bytes,
            String thing,
            boolean resendable,
            LongFunction<LinkFrame> frame,
            Class<T> kind,
            Function<T, List<byte[]>> answered,
            Runnable unanswered) {
        link = router.budget(thing);
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
            respond(bytes, messages);
        });
    }

    /** Sends an answer, whose bytes are in flight from now on in place of the request's. */
    private void respond(int requestBytes, List<byte[]> messages) {
        long bytes = messages.stream().mapToLong(message -> message.length).sum();
        intake.answered(requestBytes, bytes);
        outbound.send(messages, () -> {
            if (refused) {
                outbound.close(StatusCode.POLICY_VIOLATION, "too many logins failed");
            }
            intake.ended(bytes);
        });
    }

    /** What spreads the requests that concern no thing over the foundation nodes: all of one session's go to one. */
    private String self() {
        return Integer.toString(id);
    }

    private void authenticate(Message message, int bytes) {
        Header header = message.header();
        Body.Auth claims = (Body.Auth) message.body();
        ask(
                header,
                bytes,
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
                    // Not where nobody could tell: that is not the device's fault.
                    if (answered.status() != Status.UNAVAILABLE
                            && failedLogins.incrementAndGet() >= settings.mostFailedLogins()) {
                        log.info(
                                "Device session {} from {}: too many logins failed",
                                id,
                                session.getRemoteSocketAddress());
                        // After the answer, which goes out first.
                        refused = true;
                    }
                    return List.of(answer(header, answered.status(), Body.Response.of(answered.userOrReason())));
                });
    }

    private void bind(Header header, byte[] message) throws CodecException {
        Body.Bind body = (Body.Bind) MessageCodec.decode(message).body();
        ask(
                header,
                message.length,
                self(),
                true,
                correlation -> new LinkFrame.Bind(correlation, principal, sessions.server(), id, body.names()),
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
        Header header = Header.request(Verb.POST, calls.nextId(), 0, id);
        return MessageCodec.encode(
                new Message(header, new Body.Request(Target.service(name, NOTIFY), Optional.empty())));
    }

    private void unbind(Header header, byte[] message) throws CodecException {
        Body.Bind body = (Body.Bind) MessageCodec.decode(message).body();
        var removed = bindings.remove(body.names());
        ask(
                header,
                message.length,
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
        sessions.report().ended(bound);
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
                message.length,
                thing,
                isResendable(header.verb(), target, stamp),
                correlation -> new LinkFrame.Request(correlation, principal, stamp, receivedAt, message),
                LinkFrame.Reply.class,
                answered -> {
                    if (answered.status() == Status.UNAVAILABLE) {
                        metrics.unavailable.increment();
                    }
                    return List.of(fits(answered.body().length) ? passOn(header, answered) : refuse(header));
                });
    }

    /** Whether there is room for an answer. Its length is not known before it is here, so this is the place to say no. */
    private boolean fits(int length) {
        if (length <= SMALL_ANSWER) {
            return true;
        }
        long unread = outbound.unread();
        return (unread == 0 || unread + length <= settings.mostUnreadBytesPerDevice())
                && !server.isAbove(MOST_WITH_ANSWERS);
    }

    private static byte[] passOn(Header header, LinkFrame.Reply answered) {
        return MessageCodec.join(header.answer(answered.status()), answered.body());
    }

    private byte[] refuse(Header header) {
        metrics.refusedAnswers.increment();
        metrics.unavailable.increment();
        return answer(
                header,
                Status.UNAVAILABLE,
                Body.Response.of("too many answers wait to be read, " + outbound.unread() + " bytes of this device"));
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

    @Override
    public void onWebSocketError(Throwable cause) {
        log.debug("Device session {} failed", id, cause);
    }

    @Override
    public void onWebSocketClose(int statusCode, String reason, Callback callback) {
        callback.succeed();
        loginTimeout.cancel(false);
        intake.end();
        calls.end();
        letGo(bindings.end());
        // Last, because the door waits for it: by then the bindings are on their way.
        sessions.remove(this);
    }

    /**
     * Ends what takes too long on the device's side: messages that it does not complete, answers that it does not read. Called
     * now and then, by one thread.
     */
    void sweep(long nowNanos) {
        Outbound out = outbound;
        if (out == null) {
            return;
        }
        if (closedUnread) {
            // It did not read that either.
            out.disconnect();
            return;
        }
        if (out.isUnreadFor(settings.unreadTimeout(), nowNanos)) {
            closedUnread = true;
            metrics.unread.increment();
            log.info(
                    "Device session {} from {} has not read its answers for {}; closing it",
                    id,
                    session.getRemoteSocketAddress(),
                    settings.unreadTimeout());
            out.close(StatusCode.POLICY_VIOLATION, "the answers are not read");
        }
        if (!intake.isReceiving()) {
            return;
        }
        synchronized (incoming) {
            if (!incoming.dropExpired(nowNanos)) {
                out.close(StatusCode.POLICY_VIOLATION, "a message was not completed in time");
            } else if (incoming.expected() == 0) {
                intake.nothingBegun();
            }
        }
    }

    /** The bindings that the device has. */
    List<LinkFrame.Held> held() {
        return bindings.all().stream()
                .map(binding -> new LinkFrame.Held(id, binding.thing(), binding.epoch()))
                .toList();
    }

    /** Asks the device something. */
    CompletableFuture<LinkFrame.Called> call(LinkFrame.Call call) {
        return calls.begin(call);
    }

    /** Another session has bound a thing of this one. A session that has lost all its things is of no use to its device any more. */
    void superseded(String thing, long epoch) {
        if (bindings.superseded(thing, epoch)) {
            log.info("Device session {} was replaced by a later one; closing it", id);
            outbound.close(StatusCode.POLICY_VIOLATION, "another connection has bound " + shortened(thing));
        }
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
