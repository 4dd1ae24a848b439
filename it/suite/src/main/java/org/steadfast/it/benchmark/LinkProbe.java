package org.steadfast.it.benchmark;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.steadfast.protocol.link.LinkCodec;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.WireWriter;

/**
 * A link to a foundation node without a connection server behind it, for comparison: asks what devices ask. Safe for use by several
 * threads.
 */
final class LinkProbe implements WebSocket.Listener, AutoCloseable {
    private final AtomicLong correlations = new AtomicLong();
    /** By correlation; added to by those who ask, removed from by the reader; guards itself. */
    private final Map<Long, CompletableFuture<LinkFrame>> outstanding = new ConcurrentHashMap<>();
    /** Bytes of a message that is not complete; used by the reader. */
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();

    private WebSocket socket;
    /** The sending before, because one has to end before the next may begin; guarded by this. */
    private CompletableFuture<WebSocket> sending = CompletableFuture.completedFuture(null);

    private LinkProbe() {}

    static LinkProbe open(String address, String linkKey) {
        LinkProbe probe = new LinkProbe();
        probe.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Steadfast-Link-Key", linkKey)
                .header("Steadfast-Node", "probe/1")
                .header("Steadfast-Link-Version", Integer.toString(LinkCodec.VERSION))
                .buildAsync(URI.create("ws://" + address + LinkCodec.PATH), probe)
                .join();
        return probe;
    }

    /** The token of the user that an application key belongs to. */
    String login(String applicationKey) {
        Body.Auth claims = new Body.Auth(List.of(new Body.Auth.Claim("appKey", applicationKey)));
        LinkFrame answer = ask(correlation -> new LinkFrame.Authenticate(correlation, claims))
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
        ByteBuffer bytes = ByteBuffer.wrap(out.toByteArray());
        synchronized (this) {
            sending = sending.thenCompose(done -> socket.sendBinary(bytes, true));
        }
        return reply;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        partial.writeBytes(bytes);
        if (last) {
            byte[] whole = partial.toByteArray();
            partial.reset();
            try {
                for (LinkFrame frame : LinkCodec.readAll(whole)) {
                    CompletableFuture<LinkFrame> asked = outstanding.remove(frame.correlation());
                    if (asked != null) {
                        asked.complete(frame);
                    }
                }
            } catch (CodecException e) {
                throw new IllegalStateException(e);
            }
        }
        from.request(1);
        return null;
    }

    @Override
    public void close() {
        socket.abort();
    }
}
