package org.steadfast.connection.link;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;
import org.steadfast.coordination.chassis.Listening;
import org.steadfast.coordination.chassis.NodeHttpServer;
import org.steadfast.coordination.chassis.NodeIdentity;
import org.steadfast.coordination.chassis.NodeMetrics;
import org.steadfast.coordination.chassis.Readiness;
import org.steadfast.coordination.link.LinkKey;
import org.steadfast.coordination.link.LinkWriter;
import org.steadfast.coordination.membership.Member;
import org.steadfast.coordination.tls.NodeTls;
import org.steadfast.coordination.tls.ShownCertificate;
import org.steadfast.coordination.tls.TlsSettings;
import org.steadfast.protocol.link.LinkCodec;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.Status;

/** The end of links at a foundation node that does nothing else. */
final class FoundationServer implements AutoCloseable {
    private final String platformId;
    private final NodeMetrics metrics;
    private final NodeTls tls;
    private final NodeHttpServer http;
    private final List<Endpoint> open = new CopyOnWriteArrayList<>();
    /** Key, node and version of each link that was opened. */
    final List<String> openedBy = new CopyOnWriteArrayList<>();
    /** Whose certificate was shown for each link that was opened. */
    final List<String> certificates = new CopyOnWriteArrayList<>();
    /** What was received and not answered. */
    final List<LinkFrame> held = new CopyOnWriteArrayList<>();

    volatile boolean holding;
    final List<LinkFrame> received = new CopyOnWriteArrayList<>();

    FoundationServer(String platformId, int port) throws Exception {
        this(platformId, port, TlsSettings.off());
    }

    FoundationServer(String platformId, int port, TlsSettings settings) throws Exception {
        this.platformId = platformId;
        metrics = new NodeMetrics("foundation node", platformId);
        tls = NodeTls.open(settings, metrics.registry());
        http = new NodeHttpServer(
                new NodeIdentity("foundation node", platformId),
                new Readiness(),
                metrics,
                Listening.plain("127.0.0.1", port, "Port", 8).with(tls.server()));
        http.start(List.of(WebSocketUpgradeHandler.from(
                http.server(),
                container -> container.addMapping(LinkCodec.PATH, (request, response, callback) -> {
                    certificates.add(ShownCertificate.of(request)
                            .map(shown -> shown.getSubjectX500Principal().getName())
                            .orElse("none"));
                    openedBy.add(request.getHeaders().get(LinkKey.KEY_HEADER) + " "
                            + request.getHeaders().get(LinkKey.NODE_HEADER) + " "
                            + request.getHeaders().get(LinkKey.VERSION_HEADER));
                    return new Endpoint();
                }))));
    }

    Member member() {
        return new Member(platformId, "127.0.0.1", http.port(), tls.server().isPresent());
    }

    int links() {
        return open.size();
    }

    /** Answers what was held, over the links that are open. */
    void release() {
        holding = false;
        held.forEach(frame -> open.forEach(endpoint -> endpoint.answer(frame)));
    }

    /** Asks over the links that are open. */
    void ask(LinkFrame frame) {
        open.forEach(endpoint -> endpoint.writer.send(frame));
    }

    void breakLinks() {
        open.forEach(endpoint -> endpoint.getSession().disconnect());
    }

    void sendNonsense() {
        open.forEach(endpoint ->
                endpoint.getSession().sendBinary(ByteBuffer.wrap(new byte[] {1, 2, 3}), Callback.NOOP));
    }

    /** Public because Jetty calls listeners by method handles. */
    public final class Endpoint extends Session.Listener.AbstractAutoDemanding {
        private LinkWriter writer;

        @Override
        public void onWebSocketOpen(Session session) {
            writer = new LinkWriter(session);
            open.add(this);
            super.onWebSocketOpen(session);
        }

        @Override
        public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
            byte[] bytes = new byte[payload.remaining()];
            payload.get(bytes);
            try {
                for (LinkFrame frame : LinkCodec.readAll(bytes)) {
                    received.add(frame);
                    if (frame instanceof LinkFrame.Called) {
                        continue;
                    }
                    if (holding) {
                        held.add(frame);
                    } else {
                        answer(frame);
                    }
                }
                callback.succeed();
            } catch (CodecException e) {
                callback.fail(e);
                getSession().close(StatusCode.PROTOCOL, e.getMessage(), Callback.NOOP);
            }
        }

        void answer(LinkFrame frame) {
            writer.send(new LinkFrame.Unbound(frame.correlation(), Status.SUCCESS));
        }

        @Override
        public void onWebSocketClose(int statusCode, String reason, Callback callback) {
            open.remove(this);
            callback.succeed();
        }
    }

    @Override
    public void close() throws Exception {
        http.stop();
        tls.close();
        metrics.close();
    }
}
