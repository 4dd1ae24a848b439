package org.steadfast.connection.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.Header;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.MultipartAssembler;
import org.steadfast.protocol.wire.MultipartSplitter;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;

/** A device: a WebSocket client that sends what it is told and keeps what comes. As one of the SDKs, it never answers a ping. */
final class Device implements AutoCloseable {
    /** How a connection ended. */
    record End(int status, String reason) {}

    private final BlockingQueue<byte[]> frames = new LinkedBlockingQueue<>();
    /** Those of the server. */
    final BlockingQueue<String> pings = new LinkedBlockingQueue<>();

    private final BlockingQueue<String> pongs = new LinkedBlockingQueue<>();
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private final MultipartAssembler assembler = new MultipartAssembler(4 << 20);
    private final AtomicInteger requestIds = new AtomicInteger();
    private final Session session;
    /** As the answer to AUTH said. */
    int sessionId = -1;
    /** Length of the longest message that came. */
    int longest;

    Device(WebSocketClient client, int port, String maxFrameSize) throws Exception {
        ClientUpgradeRequest request = new ClientUpgradeRequest(URI.create("ws://127.0.0.1:" + port + "/Thingworx/WS"));
        if (maxFrameSize != null) {
            request.setHeader("Max-Frame-Size", maxFrameSize);
        }
        session = client.connect(new Listener(), request).get(10, TimeUnit.SECONDS);
    }

    /** Public because Jetty calls listeners by method handles. */
    public final class Listener extends Session.Listener.AbstractAutoDemanding {
        @Override
        public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
            byte[] bytes = new byte[payload.remaining()];
            payload.get(bytes);
            frames.add(bytes);
            callback.succeed();
        }

        @Override
        public void onWebSocketPing(ByteBuffer payload) {
            pings.add(StandardCharsets.UTF_8.decode(payload).toString());
        }

        @Override
        public void onWebSocketPong(ByteBuffer payload) {
            pongs.add(StandardCharsets.UTF_8.decode(payload).toString());
        }

        @Override
        public void onWebSocketClose(int statusCode, String reason, Callback callback) {
            end.complete(new End(statusCode, reason));
            callback.succeed();
        }
    }

    void sendBytes(byte[] bytes) {
        session.sendBinary(ByteBuffer.wrap(bytes), Callback.NOOP);
    }

    void sendText(String text) {
        session.sendText(text, Callback.NOOP);
    }

    void ping(String payload) {
        session.sendPing(StandardCharsets.UTF_8.encode(payload), Callback.NOOP);
    }

    String nextPong() throws InterruptedException {
        return pongs.poll(5, TimeUnit.SECONDS);
    }

    /** Sends a request and returns its id. */
    int send(Verb verb, Body body) {
        int id = requestIds.incrementAndGet();
        sendBytes(MessageCodec.encode(new Message(Header.request(verb, id, 0, sessionId), body)));
        return id;
    }

    int get(String thing, String property) {
        return send(Verb.GET, new Body.Request(Target.property(thing, property), Optional.empty()));
    }

    int post(String thing, String service) {
        return send(Verb.POST, new Body.Request(Target.service(thing, service), Optional.empty()));
    }

    int auth(String key) {
        return send(Verb.AUTH, new Body.Auth(List.of(new Body.Auth.Claim("appKey", key))));
    }

    void login(String key) throws Exception {
        int id = auth(key);
        Header header = next().header();
        assertThat(header.requestId()).isEqualTo(id);
        assertThat(header.code()).isEqualTo(Status.SUCCESS.code());
        sessionId = header.sessionId();
    }

    /** Binds, and expects success; notifications are left to be read. */
    void bind(String... names) throws Exception {
        int id = sendBind(Verb.BIND, names);
        assertThat(next().header()).isEqualTo(new Header(Status.SUCCESS.code(), id, 0, sessionId, false));
    }

    int sendBind(Verb verb, String... names) {
        return send(verb, new Body.Bind(Optional.empty(), Arrays.asList(names)));
    }

    /** Answers a request of the server, in chunks where the answer is long. */
    void answer(Message request, Status status, Body.Response body) throws CodecException {
        byte[] message = MessageCodec.encode(new Message(request.header().answer(status), body));
        MultipartSplitter.split(message, 8192).forEach(this::sendBytes);
    }

    /** The next message, whole. A device of the older kind: it does not know what newer ones are asked after a BIND. */
    Message next() throws InterruptedException, CodecException {
        while (true) {
            Message message = nextOfAny();
            if (!(message.body() instanceof Body.Request request)
                    || !request.target().isService("SynchronizeModelState")) {
                return message;
            }
            answer(message, Status.NOT_FOUND, Body.Response.empty());
        }
    }

    /** The next message, whole, whatever it is. */
    Message nextOfAny() throws InterruptedException, CodecException {
        while (true) {
            byte[] frame = nextFrame();
            if (!MessageCodec.decodeHeader(frame).multipart()) {
                return MessageCodec.decode(frame);
            }
            Optional<byte[]> whole = assembler.add(frame, System.nanoTime());
            if (whole.isPresent()) {
                return MessageCodec.decode(whole.get());
            }
        }
    }

    byte[] nextFrame() throws InterruptedException {
        byte[] frame = frames.poll(10, TimeUnit.SECONDS);
        assertThat(frame).as("next message").isNotNull();
        longest = Math.max(longest, frame.length);
        return frame;
    }

    boolean hasNothing() {
        return frames.isEmpty();
    }

    void expectStatus(int requestId, Status status) throws Exception {
        Message message = next();
        assertThat(message.header().requestId()).isEqualTo(requestId);
        assertThat(message.header().code()).isEqualTo(status.code());
    }

    End end() throws Exception {
        return end.get(10, TimeUnit.SECONDS);
    }

    boolean isOpen() {
        return !end.isDone();
    }

    @Override
    public void close() {
        session.close(StatusCode.NORMAL, "Normal Close", Callback.NOOP);
    }

    /** As when the power goes. */
    void vanish() {
        session.disconnect();
    }
}
