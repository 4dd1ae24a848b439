package org.steadfast.simulator;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.MultipartAssembler;
import org.steadfast.protocol.wire.MultipartSplitter;

/**
 * The messages of one WebSocket: cuts what goes out, joins what comes in, pings. It ends once, whatever ends it. Sending is safe
 * from several threads and never waits. Public only because Jetty calls its methods by reflection.
 */
public final class DeviceConnection implements Session.Listener.AutoDemanding {
    /** Longest message that goes out, as the devices' SDK has it. */
    static final int FRAME_LIMIT = 8192;
    /** Longest frame and longest message that come in. */
    static final int MAX_INBOUND_BYTES = 2 << 20;
    /** Frames that may wait for a server that does not read; one more ends the connection. */
    static final int MAX_QUEUED_FRAMES = 4096;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    /** What a connection tells. Called by reading threads and by the timer: must not block. */
    interface Events {
        /** A whole message came. One at a time, in order. */
        void received(Message message);

        /** The connection is gone. Comes once, and nothing after it. */
        void ended(DeviceDisconnectedException reason);
    }

    private final DeviceNetwork network;
    private final ServerAddress server;
    private final Events events;
    private final PingTimer pings;
    private final boolean answersPings;
    private final AtomicBoolean ended = new AtomicBoolean();
    /** Owned by the reading thread: Jetty calls listeners one call at a time. */
    private final MultipartAssembler assembler = new MultipartAssembler(MAX_INBOUND_BYTES);
    /** Written once, when the WebSocket opens. */
    private volatile Session session;

    DeviceConnection(DeviceNetwork network, DeviceSettings settings, Events events) {
        this.network = network;
        this.server = settings.server();
        this.events = events;
        this.answersPings = settings.behaviour() == DeviceBehaviour.JAVA_SDK;
        this.pings = new PingTimer(
                network,
                settings.pingInterval(),
                settings.pongTimeout(),
                this::sendPing,
                () -> end("no pong from " + server + " within " + settings.pongTimeout(), null));
    }

    /** Connects; the future fails with a {@link DeviceDisconnectedException}. */
    CompletableFuture<Void> open(Duration timeout) {
        CompletableFuture<Void> opened = new CompletableFuture<>();
        CompletableFuture<Session> unused = network.open(server, timeout, this).whenComplete((open, failure) -> {
            if (failure == null) {
                opened.complete(null);
            } else {
                Throwable cause = Causes.of(failure);
                String text = "cannot connect to " + server + ": " + Causes.text(cause);
                end(text, cause);
                opened.completeExceptionally(new DeviceDisconnectedException(text, cause));
            }
        });
        return opened;
    }

    /**
     * Sends a message, in chunks where it is long. What fails later ends the connection.
     *
     * @throws DeviceDisconnectedException if the connection is not open
     * @throws CodecException if the message cannot be cut
     */
    void send(Message message) throws DeviceDisconnectedException, CodecException {
        Session open = session;
        if (open == null || ended.get()) {
            throw new DeviceDisconnectedException("not connected to " + server);
        }
        List<byte[]> chunks = MultipartSplitter.split(MessageCodec.encode(message), FRAME_LIMIT);
        for (byte[] chunk : chunks) {
            open.sendBinary(ByteBuffer.wrap(chunk), Callback.from(() -> {}, this::writeFailed));
        }
    }

    /** Pings out of turn: a server that is gone is found out within the pong timeout. */
    void probe() {
        pings.ping();
    }

    /** Says goodbye and ends the connection. */
    void close() {
        Session open = session;
        if (open == null || ended.get()) {
            end("closed by the device", null);
            return;
        }
        ScheduledFuture<?> last = network.after(CLOSE_TIMEOUT, () -> end("closed by the device", null));
        Runnable closed = () -> {
            last.cancel(false);
            end("closed by the device", null);
        };
        open.close(StatusCode.NORMAL, "Normal Close", Callback.from(closed, failure -> closed.run()));
    }

    /** Ends the connection without a word, as when the power goes. */
    void cut() {
        end("cut off by the device", null);
    }

    @Override
    public void onWebSocketOpen(Session open) {
        session = open;
        pings.start();
        if (ended.get()) {
            pings.stop();
            open.disconnect();
        }
    }

    @Override
    public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        try {
            Optional<byte[]> whole = MessageCodec.decodeHeader(bytes).multipart()
                    ? assembler.add(bytes, System.nanoTime())
                    : Optional.of(bytes);
            if (whole.isPresent() && !ended.get()) {
                events.received(MessageCodec.decode(whole.get()));
            }
        } catch (CodecException | RuntimeException e) {
            end("cannot read what " + server + " sent: " + Causes.text(e), e);
        }
        callback.succeed();
    }

    @Override
    public void onWebSocketText(String text) {
        end(server + " sent a text message", null);
    }

    @Override
    public void onWebSocketPing(ByteBuffer payload) {
        // A listener that takes pings answers them itself, or not at all.
        if (answersPings) {
            session.sendPong(payload, Callback.from(() -> {}, this::writeFailed));
        }
    }

    @Override
    public void onWebSocketPong(ByteBuffer payload) {
        pings.pong();
    }

    @Override
    public void onWebSocketError(Throwable cause) {
        end("connection to " + server + " failed: " + Causes.text(cause), cause);
    }

    @Override
    public void onWebSocketClose(int statusCode, String reason, Callback callback) {
        callback.succeed();
        end(server + " closed the connection: " + statusCode + (reason == null ? "" : " " + reason), null);
    }

    private void sendPing() {
        Session open = session;
        if (open != null && !ended.get()) {
            String time = LocalTime.now(ZoneOffset.UTC)
                    .truncatedTo(ChronoUnit.SECONDS)
                    .toString();
            open.sendPing(
                    ByteBuffer.wrap(time.getBytes(StandardCharsets.US_ASCII)),
                    Callback.from(() -> {}, this::writeFailed));
        }
    }

    private void writeFailed(Throwable cause) {
        end("cannot write to " + server + ": " + Causes.text(cause), cause);
    }

    private void end(String reason, Throwable cause) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        pings.stop();
        Session open = session;
        if (open != null) {
            open.disconnect();
        }
        events.ended(new DeviceDisconnectedException(reason, cause));
    }
}
