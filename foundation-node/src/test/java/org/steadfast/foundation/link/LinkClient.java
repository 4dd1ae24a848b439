package org.steadfast.foundation.link;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.steadfast.coordination.link.LinkKey;
import org.steadfast.foundation.RunningNode;
import org.steadfast.foundation.Surroundings;
import org.steadfast.protocol.link.LinkCodec;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.WireWriter;

/** A connection server's end of a link, as far as tests need one. */
public final class LinkClient implements AutoCloseable {
    private final WebSocket socket;
    private final Answers answers;
    private final AtomicLong correlations = new AtomicLong();

    private LinkClient(WebSocket socket, Answers answers) {
        this.socket = socket;
        this.answers = answers;
    }

    /** Opens a link as connection servers do. */
    public static LinkClient open(RunningNode node) throws Exception {
        return open(
                node,
                Map.of(
                        LinkKey.KEY_HEADER, Surroundings.LINK_KEY.reveal(),
                        LinkKey.NODE_HEADER, "cx1",
                        LinkKey.VERSION_HEADER, Integer.toString(LinkCodec.VERSION)));
    }

    static LinkClient open(RunningNode node, Map<String, String> headers) throws Exception {
        WebSocket.Builder builder = node.client().newWebSocketBuilder().connectTimeout(Duration.ofSeconds(10));
        headers.forEach(builder::header);
        Answers answers = new Answers();
        WebSocket socket = builder.buildAsync(URI.create("ws://127.0.0.1:" + node.port() + LinkCodec.PATH), answers)
                .get(10, TimeUnit.SECONDS);
        return new LinkClient(socket, answers);
    }

    /** Sends a request and waits for its answer. */
    public LinkFrame ask(LongFunction<LinkFrame> request) throws Exception {
        return begin(request).get(20, TimeUnit.SECONDS);
    }

    /** Sends a request. */
    public CompletableFuture<LinkFrame> begin(LongFunction<LinkFrame> request) throws Exception {
        long correlation = correlations.incrementAndGet();
        CompletableFuture<LinkFrame> answer = answers.expect(correlation);
        WireWriter out = new WireWriter();
        LinkCodec.write(out, request.apply(correlation));
        send(out.toByteArray());
        return answer;
    }

    /** Takes what the node asks or tells, until nothing more has come for so long. */
    void awaitSilence(Duration time) throws InterruptedException {
        while (answers.asked.poll(time.toMillis(), TimeUnit.MILLISECONDS) != null) {
            // What it was does not matter.
            continue;
        }
    }

    /** The next frame that the node sends by itself. */
    <T extends LinkFrame> T next(Class<T> kind) throws InterruptedException {
        return kind.cast(answers.asked.poll(20, TimeUnit.SECONDS));
    }

    /** Sends an answer. */
    void answer(LinkFrame frame) throws Exception {
        WireWriter out = new WireWriter();
        LinkCodec.write(out, frame);
        send(out.toByteArray());
    }

    void send(byte[] bytes) throws Exception {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).get(10, TimeUnit.SECONDS);
    }

    /** Completes with the code with which the node closes the link. */
    CompletableFuture<Integer> closed() {
        return answers.closed;
    }

    @Override
    public void close() {
        socket.abort();
    }

    private static final class Answers implements WebSocket.Listener {
        private final Map<Long, CompletableFuture<LinkFrame>> expected = new ConcurrentHashMap<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final BlockingQueue<LinkFrame> asked = new LinkedBlockingQueue<>();
        /** What came of a message that is not complete; used by one callback at a time. */
        private final ByteArrayOutputStream partial = new ByteArrayOutputStream();

        /** Those that the node asks for itself, or tells, answer nothing. */
        private void take(LinkFrame frame) {
            if (frame instanceof LinkFrame.Call
                    || frame instanceof LinkFrame.Superseded
                    || frame instanceof LinkFrame.DefinitionChanged) {
                asked.add(frame);
            } else {
                expected.remove(frame.correlation()).complete(frame);
            }
        }

        CompletableFuture<LinkFrame> expect(long correlation) {
            CompletableFuture<LinkFrame> answer = new CompletableFuture<>();
            expected.put(correlation, answer);
            return answer;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            partial.writeBytes(bytes);
            if (last) {
                byte[] message = partial.toByteArray();
                partial.reset();
                try {
                    List<LinkFrame> frames = LinkCodec.readAll(message);
                    frames.forEach(this::take);
                } catch (CodecException e) {
                    closed.completeExceptionally(e);
                }
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            closed.complete(statusCode);
            return null;
        }
    }
}
