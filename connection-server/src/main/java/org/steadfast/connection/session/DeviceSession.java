package org.steadfast.connection.session;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.connection.budget.ByteBudget;
import org.steadfast.connection.routing.Router;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.CodecException;

/**
 * One device's connection: what comes in is put together and taken in, one message at a time, by its {@link Conversation}. Nothing
 * more is read from a device that has too much unanswered or unread, see {@link Intake}. The socket says who the device is; ids in
 * headers are only echoed. Public because Jetty calls listeners by method handles.
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

    private final int id;
    private final Parts parts;
    private final int frameLimit;
    private final Intake intake;
    /** Pieces of a message that is not complete. Used by the thread that takes messages in and by the sweeper; guards itself. */
    private final Incoming incoming = new Incoming(LONGEST_MESSAGE);
    /** Set once, when the connection opens. */
    private volatile Session session;
    /** Set once, when the connection opens. */
    private volatile Conversation conversation;
    /** Set at most once, before the connection opens. */
    private Future<?> loginTimeout = CompletableFuture.completedFuture(null);
    /** Whether the sweeper has closed the connection; used by the sweeper. */
    private boolean givenUp;
    /**
     * When something came from the device, or nothing was read from it, by {@link System#nanoTime()}. Written by the thread that takes
     * messages in and by the sweeper.
     */
    private volatile long lastHeard;

    /** @param parts what all sessions share */
    DeviceSession(int id, Parts parts, int frameLimit) {
        this.id = id;
        this.parts = parts;
        this.frameLimit = frameLimit;
        this.intake = new Intake(
                parts.server(),
                parts.metrics(),
                parts.settings().mostOutstandingPerDevice(),
                parts.settings().mostBytesInFlightPerDevice(),
                () -> session.demand());
    }

    /**
     * What all sessions share.
     *
     * @param closings hears of connections that are closed for what their devices did
     * @param server bytes in flight of all sessions
     */
    record Parts(
            DeviceSessions sessions,
            Router router,
            SessionMetrics metrics,
            Closings closings,
            ByteBudget server,
            Clock clock,
            ConnectionServerSettings settings) {}

    int id() {
        return id;
    }

    boolean isAuthenticated() {
        Conversation open = conversation;
        return open != null && open.isAuthenticated();
    }

    /** Before the connection opens: what is to be cancelled when the device logs in, or goes. */
    void setLoginTimeout(Future<?> timeout) {
        loginTimeout = timeout;
    }

    @Override
    public void onWebSocketOpen(Session opened) {
        session = opened;
        lastHeard = System.nanoTime();
        conversation =
                new Conversation(id, parts, intake, new Outbound(opened, frameLimit), () -> loginTimeout.cancel(false));
        parts.sessions().add(this);
        opened.demand();
    }

    @Override
    public void onWebSocketPartialBinary(ByteBuffer payload, boolean last, Callback callback) {
        lastHeard = System.nanoTime();
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        callback.succeed();
        parts.metrics().bytes.increment(bytes.length);
        try {
            Optional<byte[]> whole = takeIn(bytes, last);
            if (whole.isPresent()) {
                parts.metrics().messages.increment();
                conversation.take(whole.get());
            }
        } catch (TooLongException e) {
            tell(Closings.Reason.TOO_LONG, e.getMessage(), System.nanoTime());
            outbound().close(StatusCode.MESSAGE_TOO_LARGE, shortened(e.getMessage()));
            return;
        } catch (CodecException e) {
            tell(Closings.Reason.MALFORMED, e.getMessage(), System.nanoTime());
            outbound().close(StatusCode.BAD_PAYLOAD, shortened(e.getMessage()));
            return;
        }
        intake.readOn(conversation.link());
    }

    private void tell(Closings.Reason reason, String detail, long nowNanos) {
        parts.closings().closed(reason, id, session.getRemoteSocketAddress(), detail, nowNanos);
    }

    private Outbound outbound() {
        return conversation.outbound();
    }

    @Override
    public void onWebSocketPartialText(String text, boolean last) {
        outbound().close(StatusCode.BAD_DATA, "only binary messages are taken");
    }

    @Override
    public void onWebSocketPing(ByteBuffer payload) {
        lastHeard = System.nanoTime();
        // A listener that takes pings answers them itself; devices give up a server that does not.
        // Nothing more is read before the pong is written, so pongs that nobody reads do not pile up.
        session.sendPong(payload, Callback.from(session::demand, failure -> log.debug("No pong was sent", failure)));
    }

    @Override
    public void onWebSocketPong(ByteBuffer payload) {
        lastHeard = System.nanoTime();
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

    @Override
    public void onWebSocketError(Throwable cause) {
        log.debug("Device session {} failed", id, cause);
    }

    @Override
    public void onWebSocketClose(int statusCode, String reason, Callback callback) {
        callback.succeed();
        loginTimeout.cancel(false);
        intake.end();
        conversation.end();
        // Last, because the door waits for it: by then the bindings are on their way.
        parts.sessions().remove(this);
    }

    /**
     * Ends what takes too long on the device's side: messages that it does not complete, answers that it does not read, silence. Called
     * now and then, by one thread.
     */
    void sweep(long nowNanos) {
        Conversation open = conversation;
        if (open == null) {
            return;
        }
        Outbound out = open.outbound();
        if (givenUp) {
            // It did not read that either.
            out.disconnect();
            return;
        }
        endSilence(out, nowNanos);
        if (out.isUnreadFor(parts.settings().unreadTimeout(), nowNanos)) {
            givenUp = true;
            parts.metrics().unread.increment();
            tell(Closings.Reason.UNREAD, "for " + parts.settings().unreadTimeout(), nowNanos);
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

    /**
     * Closes the connection of a device that says nothing, not even a ping. Jetty's own timeout does not do for this: what is sent to
     * a device, who may be gone, begins it anew, and it ends connections that are not read because of a bound.
     */
    private void endSilence(Outbound out, long nowNanos) {
        if (intake.isPaused()) {
            lastHeard = nowNanos;
        } else if (nowNanos - lastHeard > parts.settings().idleTimeout().toNanos()) {
            givenUp = true;
            parts.metrics().silent.increment();
            tell(Closings.Reason.SILENT, "for " + parts.settings().idleTimeout(), nowNanos);
            out.close(StatusCode.SHUTDOWN, "nothing was heard for too long");
        }
    }

    /** The bindings that the device has. */
    List<LinkFrame.Held> held() {
        return conversation.bindings().all().stream()
                .map(binding -> new LinkFrame.Held(id, binding.name(), binding.thing(), binding.epoch()))
                .toList();
    }

    /** Asks the device something. */
    CompletableFuture<LinkFrame.Called> call(LinkFrame.Call call) {
        return conversation.calls().begin(call);
    }

    /** Another session has bound a thing of this one. A session that has lost all its things is of no use to its device any more. */
    void superseded(String thing, long epoch) {
        if (conversation.bindings().superseded(thing, epoch)) {
            log.info("Device session {} was replaced by a later one; closing it", id);
            outbound().close(StatusCode.POLICY_VIOLATION, "another connection has bound " + shortened(thing));
        }
    }

    /** Tells the device what is wanted of a thing, if it still has it. */
    void definitionChanged(String thing, long epoch) {
        conversation.definitionChanged(thing, epoch);
    }

    void closeUnauthenticated() {
        outbound().close(StatusCode.POLICY_VIOLATION, "no login in time");
    }

    void closeGoingAway() {
        outbound().closeGoingAway();
    }

    /** A close frame holds at most 123 bytes of reason. */
    private static String shortened(String reason) {
        return reason.length() <= 100 ? reason : reason.substring(0, 100);
    }
}
