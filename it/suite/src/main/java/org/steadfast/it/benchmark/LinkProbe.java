package org.steadfast.it.benchmark;

import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.steadfast.protocol.link.LinkCodec;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.WireWriter;

/**
 * A link to a foundation node without a connection server behind it, for comparison: asks what devices ask. Safe for use by several
 * threads. Public because Jetty calls listeners by method handles.
 */
public final class LinkProbe implements Session.Listener.AutoDemanding, AutoCloseable {
    private final WebSocketClient client = new WebSocketClient();
    private final AtomicLong correlations = new AtomicLong();
    /** By correlation; added to by those who ask, removed from by the reader; guards itself. */
    private final Map<Long, CompletableFuture<LinkFrame>> outstanding = new ConcurrentHashMap<>();

    private Session session;

    private LinkProbe() {}

    static LinkProbe open(String address, String linkKey) throws Exception {
        LinkProbe probe = new LinkProbe();
        probe.client.start();
        ClientUpgradeRequest request = new ClientUpgradeRequest(URI.create("ws://" + address + LinkCodec.PATH));
        request.setHeader("Steadfast-Link-Key", linkKey);
        request.setHeader("Steadfast-Node", "probe/1");
        request.setHeader("Steadfast-Link-Version", Integer.toString(LinkCodec.VERSION));
        probe.session = probe.client.connect(probe, request).join();
        return probe;
    }

    /** The token of the user that an application key belongs to. */
    String login(String applicationKey) {
        Body.Auth claims = new Body.Auth(List.of(new Body.Auth.Claim("appKey", applicationKey)));
        LinkFrame answer = ask(correlation -> new LinkFrame.Authenticate(correlation, claims, "127.0.0.1"))
                .join();
        return ((LinkFrame.Authenticated) answer).userOrReason();
    }

    /** Asks what a device would ask in a message. */
    CompletableFuture<LinkFrame> ask(String user, byte[] message) {
        return ask(correlation ->
                new LinkFrame.Request(correlation, user, LinkFrame.Stamp.NONE, System.currentTimeMillis(), message));
    }

    private CompletableFuture<LinkFrame> ask(LongFunction<LinkFrame> frame) {
        long correlation = correlations.incrementAndGet();
        CompletableFuture<LinkFrame> reply = new CompletableFuture<>();
        outstanding.put(correlation, reply);
        WireWriter out = new WireWriter();
        LinkCodec.write(out, frame.apply(correlation));
        session.sendBinary(ByteBuffer.wrap(out.toByteArray()), Callback.NOOP);
        return reply;
    }

    @Override
    public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        callback.succeed();
        try {
            for (LinkFrame frame : LinkCodec.readAll(bytes)) {
                CompletableFuture<LinkFrame> asked = outstanding.remove(frame.correlation());
                if (asked != null) {
                    asked.complete(frame);
                }
            }
        } catch (CodecException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws Exception {
        client.stop();
    }
}
