package org.steadfast.connection.link;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.connection.routing.FoundationCalls;
import org.steadfast.connection.routing.FoundationLink;
import org.steadfast.connection.routing.Router;
import org.steadfast.coordination.link.LinkKey;
import org.steadfast.coordination.link.LinkWriter;
import org.steadfast.coordination.membership.Member;
import org.steadfast.protocol.link.LinkCodec;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.link.LinkVersions;
import org.steadfast.protocol.wire.CodecException;

/** Keeps a link to one foundation node open for as long as discovery names the node. Safe for use by several threads. */
final class NodeLink {
    private static final Logger log = LoggerFactory.getLogger(NodeLink.class);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;
    private static final long RETIRING_SECONDS = 30;
    /** So many looks in a row at which nothing was heard make a link broken. */
    static final int SILENT_LOOKS = 4;

    private final Member member;
    private final WebSocketClient client;
    private final LinkIdentity identity;
    private final Router router;
    private final FoundationCalls calls;
    private final ScheduledExecutorService scheduler;
    private final LinkLimits limits;
    /** Set by the link's reader whenever something comes, cleared at each look. */
    private volatile boolean heard;
    /** Looks in a row at which nothing had been heard; guarded by this. */
    private int silentLooks;
    /** Guarded by this. */
    private boolean wanted = true;
    /** Guarded by this. */
    private Session session;
    /** Guarded by this. */
    private FoundationLink link;
    /** Guarded by this. */
    private long pauseMillis = FIRST_PAUSE_MILLIS;

    NodeLink(
            Member member,
            WebSocketClient client,
            LinkIdentity identity,
            Router router,
            FoundationCalls calls,
            ScheduledExecutorService scheduler,
            LinkLimits limits) {
        this.member = member;
        this.client = client;
        this.identity = identity;
        this.router = router;
        this.calls = calls;
        this.scheduler = scheduler;
        this.limits = limits;
    }

    Member member() {
        return member;
    }

    void open() {
        try {
            // This constructor also takes IPv6 addresses as they are.
            URI uri = new URI(
                    member.tls() ? "wss" : "ws", null, member.host(), member.port(), LinkCodec.PATH, null, null);
            ClientUpgradeRequest request = new ClientUpgradeRequest(uri);
            request.setTimeout(limits.timeout().toMillis(), TimeUnit.MILLISECONDS);
            request.setHeader(LinkKey.KEY_HEADER, identity.key().reveal());
            request.setHeader(LinkKey.NODE_HEADER, identity.server());
            request.setHeader(LinkKey.VERSION_HEADER, LinkVersions.offer());
            var unused = client.connect(new Listener(), request).whenComplete((opened, failure) -> {
                if (failure != null) {
                    again(failure.toString());
                }
            });
        } catch (IOException | URISyntaxException | RuntimeException e) {
            again(e.toString());
        }
    }

    /** Uses the node no more for new requests, and closes the link when the earlier ones have had their time. */
    void retire() {
        FoundationLink retired;
        Session open;
        synchronized (this) {
            wanted = false;
            retired = link;
            open = session;
        }
        if (retired != null) {
            // Without this object's lock: the router may end a link, which takes that lock, under its own.
            router.retire(retired);
            try {
                var unused = scheduler.schedule(() -> close(open), RETIRING_SECONDS, TimeUnit.SECONDS);
            } catch (RejectedExecutionException e) {
                log.debug("Stopping, so the link closes now", e);
                close(open);
            }
        }
    }

    synchronized void close() {
        wanted = false;
        if (session != null) {
            close(session);
        }
    }

    /**
     * Looks whether anything was heard, and asks for a sign of life. A link over which nothing comes any more ends, though nobody
     * closed it. Looks are counted, not time: where this server itself was asleep, there has been one look only.
     */
    synchronized void look() {
        if (session == null || !session.isOpen()) {
            return;
        }
        silentLooks = heard ? 0 : silentLooks + 1;
        heard = false;
        if (silentLooks < SILENT_LOOKS) {
            session.sendPing(ByteBuffer.allocate(1), Callback.NOOP);
            return;
        }
        log.warn("LINK_SILENT: nothing comes over the link to {} any more; closing it", member.platformId());
        Session silent = session;
        session = null;
        // Not while this object's lock is held: the end of a link takes that of the router.
        scheduler.execute(silent::disconnect);
    }

    private static void close(Session session) {
        session.close(StatusCode.NORMAL, "not needed any more", Callback.NOOP);
    }

    private synchronized void again(String why) {
        if (!wanted) {
            return;
        }
        log.info("Link to {} at {}:{} is not open: {}", member.platformId(), member.host(), member.port(), why);
        try {
            var unused = scheduler.schedule(this::open, pauseMillis, TimeUnit.MILLISECONDS);
            pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
        } catch (RejectedExecutionException e) {
            log.debug("Stopping, so the link stays closed", e);
        }
    }

    private synchronized boolean isWanted() {
        return wanted;
    }

    private synchronized boolean opened(Session openedSession, FoundationLink openedLink) {
        if (!wanted) {
            return false;
        }
        session = openedSession;
        heard = true;
        silentLooks = 0;
        link = openedLink;
        pauseMillis = FIRST_PAUSE_MILLIS;
        return true;
    }

    /** The link's WebSocket: answers come in here. Public because Jetty calls listeners by method handles. */
    public final class Listener extends Session.Listener.AbstractAutoDemanding {
        /** Set once, when the link opens, before anything is received. */
        private FoundationLink own;
        /** Set once, with it. */
        private LinkWriter writer;

        @Override
        public void onWebSocketOpen(Session openedSession) {
            writer = new LinkWriter(openedSession);
            own = new FoundationLink(member.platformId(), writer, limits.mostBytes());
            super.onWebSocketOpen(openedSession);
            if (opened(openedSession, own)) {
                log.info("Link to {} at {}:{} is open", member.platformId(), member.host(), member.port());
                router.add(own);
                calls.linkOpened();
                if (!isWanted()) {
                    router.retire(own);
                }
            } else {
                close(openedSession);
            }
        }

        @Override
        public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
            heard = true;
            byte[] bytes = new byte[payload.remaining()];
            payload.get(bytes);
            try {
                for (LinkFrame frame : LinkCodec.readAll(bytes)) {
                    take(frame);
                }
                callback.succeed();
            } catch (CodecException e) {
                log.warn("LINK_MALFORMED: link to {}: {}; closing it", member.platformId(), e.getMessage());
                callback.succeed();
                getSession().close(StatusCode.PROTOCOL, "malformed frame", Callback.NOOP);
            }
        }

        private void take(LinkFrame frame) {
            if (frame instanceof LinkFrame.Call call) {
                var unused = calls.call(call).thenAccept(writer::send);
            } else if (frame instanceof LinkFrame.Superseded superseded) {
                calls.superseded(superseded);
            } else if (frame instanceof LinkFrame.DefinitionChanged changed) {
                calls.definitionChanged(changed);
            } else {
                own.received(frame);
            }
        }

        @Override
        public void onWebSocketPong(ByteBuffer payload) {
            heard = true;
        }

        @Override
        public void onWebSocketError(Throwable cause) {
            log.debug("Link to {} failed", member.platformId(), cause);
        }

        @Override
        public void onWebSocketClose(int statusCode, String reason, Callback callback) {
            callback.succeed();
            if (own != null) {
                router.remove(own);
                again("closed with " + statusCode + " " + reason);
            }
        }
    }
}
