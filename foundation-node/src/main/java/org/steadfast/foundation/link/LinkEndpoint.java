package org.steadfast.foundation.link;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.link.LinkWriter;
import org.steadfast.foundation.device.DeviceReply;
import org.steadfast.foundation.device.DeviceRequests;
import org.steadfast.foundation.security.Principal;
import org.steadfast.protocol.link.LinkCodec;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.Status;

/**
 * The end of one link at a foundation node. Requests are taken in the order in which they arrive, so one thing's updates reach
 * ingestion in order; what asks the database goes to other threads, so that it does not hold the updates up. While too much of
 * what came is in memory, nothing more is read, see {@link HeldBytes}.
 * Public because Jetty calls listeners by method handles.
 */
public final class LinkEndpoint implements Session.Listener {
    private static final Logger log = LoggerFactory.getLogger(LinkEndpoint.class);

    private static final int LONGEST_BODY = 12 << 20;
    /** So many beats in a row without a sign of life from the other end, which pings at least every 15 s, end the link. */
    private static final int SILENT_BEATS = 60;

    private final String connectionServer;
    private final DeviceRequests requests;
    private final DeviceBindings bindings;
    private final DeviceAuthentication authentication;
    private final Executor databaseWork;
    private final OpenLinks openLinks;
    private final DeviceCaller caller;
    private final HeldBytes.OfLink held;
    /** Whether a sign of life of ours is still to be written: none is added to it. */
    private final AtomicBoolean beating = new AtomicBoolean();
    /** Set once, when the link opens, before anything is received. */
    private Session session;
    /** Set once, when the link opens, before anything is received. */
    private LinkWriter writer;
    /** Set by the link's reader whenever something comes, cleared at each beat. */
    private volatile boolean heard = true;
    /** Beats in a row before which nothing had come; used by the thread that beats. */
    private int silentBeats;
    /** Written once, when the link ends. */
    private volatile boolean closed;

    LinkEndpoint(
            String connectionServer,
            DeviceRequests requests,
            DeviceBindings bindings,
            DeviceAuthentication authentication,
            Executor databaseWork,
            OpenLinks openLinks,
            DeviceCaller caller,
            HeldBytes allHeld) {
        this.connectionServer = connectionServer;
        this.requests = requests;
        this.bindings = bindings;
        this.authentication = authentication;
        this.databaseWork = databaseWork;
        this.openLinks = openLinks;
        this.caller = caller;
        this.held = allHeld.new OfLink(() -> session.demand());
    }

    @Override
    public void onWebSocketOpen(Session opened) {
        session = opened;
        writer = new LinkWriter(opened);
        openLinks.add(this);
        log.info("Link from connection server {} opened", connectionServer);
        opened.demand();
    }

    @Override
    public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
        heard = true;
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        callback.succeed();
        try {
            for (LinkFrame frame : LinkCodec.readAll(bytes)) {
                take(frame);
            }
        } catch (CodecException | IllegalArgumentException e) {
            log.warn("LINK_MALFORMED: link from {}: {}; closing it", connectionServer, e.getMessage());
            session.close(StatusCode.PROTOCOL, "malformed frame", Callback.NOOP);
            return;
        }
        held.readOn();
    }

    @Override
    public void onWebSocketPing(ByteBuffer payload) {
        heard = true;
        // A listener that takes pings answers them itself.
        session.sendPong(payload, Callback.from(session::demand, failure -> log.debug("No pong was sent", failure)));
    }

    @Override
    public void onWebSocketPong(ByteBuffer payload) {
        heard = true;
        session.demand();
    }

    /**
     * Sends a sign of life, which a connection server also gets while its link is not read. Ends the link where none comes from
     * there, unless it is this end that does not read.
     */
    void beat() {
        silentBeats = heard || held.isPaused() ? 0 : silentBeats + 1;
        heard = false;
        if (silentBeats >= SILENT_BEATS) {
            log.warn(
                    "LINK_SILENT: nothing comes over the link from connection server {} any more; closing it",
                    connectionServer);
            session.disconnect();
        } else if (beating.compareAndSet(false, true)) {
            session.sendPong(
                    ByteBuffer.allocate(0), Callback.from(() -> beating.set(false), failure -> beating.set(false)));
        }
    }

    String connectionServer() {
        return connectionServer;
    }

    /** Sends a frame that asks for something, or tells; false where the link has ended. Its bytes are held until it has gone. */
    boolean send(LinkFrame frame) {
        long bytes = HeldBytes.FRAME_BYTES + (frame instanceof LinkFrame.Call call ? call.request().length : 0);
        held.take(bytes);
        writer.send(frame, () -> held.giveBack(bytes));
        return !closed;
    }

    /** Whether there is room for a frame of so many bytes. */
    boolean fits(int bytes) {
        return held.fits(bytes);
    }

    void closeGoingAway() {
        session.close(StatusCode.SHUTDOWN, "the node is stopping", Callback.NOOP);
    }

    private void take(LinkFrame frame) throws CodecException {
        long correlation = frame.correlation();
        if (frame instanceof LinkFrame.Request request) {
            Principal principal = Principal.ofToken(request.user());
            long bytes = HeldBytes.FRAME_BYTES + request.message().length;
            held.take(bytes);
            // What follows must not hold on to the frame: its message is large, and done with once it is decoded.
            var unused = requests.answer(
                            connectionServer, principal, request.stamp(), request.receivedAt(), request.message())
                    .thenAccept(reply -> reply(correlation, reply, bytes));
            return;
        }
        if (frame instanceof LinkFrame.Called called) {
            long bytes = HeldBytes.FRAME_BYTES + called.body().length;
            held.take(bytes);
            caller.answered(called);
            held.giveBack(bytes);
            return;
        }
        held.take(HeldBytes.FRAME_BYTES);
        if (frame instanceof LinkFrame.Authenticate authenticate) {
            elsewhere(
                    () -> answer(authentication.answer(authenticate)),
                    new LinkFrame.Authenticated(correlation, Status.UNAVAILABLE, "too many logins at once"));
        } else if (frame instanceof LinkFrame.Bind bind) {
            var unused = bindings.bind(Principal.ofToken(bind.user()), bind, databaseWork, () -> closed)
                    .thenAccept(this::answer);
        } else if (frame instanceof LinkFrame.Unbind unbind) {
            var unused = bindings.unbind(unbind, databaseWork).thenAccept(this::answer);
        } else if (frame instanceof LinkFrame.Rebind rebind) {
            var unused = bindings.rebind(rebind, databaseWork).thenAccept(this::answer);
        } else {
            throw new CodecException(
                    "a foundation node does not take " + frame.getClass().getSimpleName());
        }
    }

    private void answer(LinkFrame answer) {
        writer.send(answer, () -> held.giveBack(HeldBytes.FRAME_BYTES));
    }

    /** One answer that is too long for a link must not end the link for everybody. */
    private void reply(long correlation, DeviceReply reply, long requestBytes) {
        byte[] body = MessageCodec.encodeBody(reply.body());
        Status status = reply.status();
        if (body.length > LONGEST_BODY) {
            body = MessageCodec.encodeBody(Body.Response.of(
                    "the answer has " + body.length + " bytes, at most " + LONGEST_BODY + " can be sent to a device"));
            status = Status.ENTITY_TOO_LARGE;
        } else if (!held.fits(body.length)) {
            body = MessageCodec.encodeBody(Body.Response.of("too many answers wait to be sent"));
            status = Status.UNAVAILABLE;
        }
        long replyBytes = HeldBytes.FRAME_BYTES + body.length;
        held.take(replyBytes);
        held.giveBack(requestBytes);
        writer.send(new LinkFrame.Reply(correlation, status, body), () -> held.giveBack(replyBytes));
    }

    private void elsewhere(Runnable work, LinkFrame ifOverloaded) {
        try {
            databaseWork.execute(work);
        } catch (RejectedExecutionException e) {
            log.debug("Too much at once from {}", connectionServer, e);
            answer(ifOverloaded);
        }
    }

    @Override
    public void onWebSocketClose(int statusCode, String reason, Callback callback) {
        closed = true;
        held.end();
        openLinks.remove(this);
        caller.ended(this);
        log.info("Link from connection server {} closed: {} {}", connectionServer, statusCode, reason);
        callback.succeed();
    }

    @Override
    public void onWebSocketError(Throwable cause) {
        log.info("Link from connection server {} failed: {}", connectionServer, cause.toString());
    }
}
