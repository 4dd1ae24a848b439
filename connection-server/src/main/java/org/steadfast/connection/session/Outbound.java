package org.steadfast.connection.session;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.MultipartSplitter;

/**
 * Sends messages to one device, cut into chunks where the device takes no longer ones. Chunks of one message stay together. One
 * frame at a time is handed to the socket, so what a device does not read waits here, where it is counted. Safe for use by several
 * threads.
 */
final class Outbound {
    private static final Logger log = LoggerFactory.getLogger(Outbound.class);

    private final Session session;
    private final int frameLimit;
    private final Sending sending = new Sending();
    /** Added to by those who bring answers, emptied by whoever runs the sending; guarded by itself, with all that follows. */
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    private long unread;
    /** When the device last took something, or began to have something to take; by {@link System#nanoTime()}. */
    private long lastProgress;

    private boolean failed;

    /** @param sent run once when this message is written or never will be */
    private record Waiting(byte[] message, Runnable sent) {}

    /** @param frameLimit longest frame that the device takes, in bytes */
    Outbound(Session session, int frameLimit) {
        this.session = session;
        this.frameLimit = frameLimit;
    }

    /**
     * Sends messages in order, with nothing between them.
     *
     * @param sent called once when the last is written, or will never be: until then the messages take memory
     */
    void send(List<byte[]> messages, Runnable sent) {
        boolean dropped;
        synchronized (waiting) {
            dropped = failed || messages.isEmpty();
            if (!dropped) {
                if (unread == 0) {
                    lastProgress = System.nanoTime();
                }
                int last = messages.size() - 1;
                for (int i = 0; i <= last; i++) {
                    unread += messages.get(i).length;
                    waiting.add(new Waiting(messages.get(i), i == last ? sent : () -> {}));
                }
            }
        }
        if (dropped) {
            sent.run();
        } else {
            sending.iterate();
        }
    }

    /** Bytes of messages that the device has not taken. */
    long unread() {
        synchronized (waiting) {
            return unread;
        }
    }

    /** Whether the device has had something to take for so long, and has taken nothing. */
    boolean isUnreadFor(Duration time, long nowNanos) {
        synchronized (waiting) {
            return unread > 0 && nowNanos - lastProgress > time.toNanos();
        }
    }

    private List<byte[]> split(byte[] message) {
        try {
            return MultipartSplitter.split(message, frameLimit);
        } catch (CodecException e) {
            log.warn("MESSAGE_NOT_SENT: a message to {} cannot be sent: {}", peer(), e.getMessage());
            return List.of();
        }
    }

    /** The address that the device connects from, without its port; of no use where the transport has none. */
    String peerAddress() {
        return session.getRemoteSocketAddress() instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : String.valueOf(session.getRemoteSocketAddress());
    }

    /** Where the device connects from, for the log. */
    SocketAddress peer() {
        return session.getRemoteSocketAddress();
    }

    void close(int status, String reason) {
        session.close(status, reason, Callback.NOOP);
    }

    void closeGoingAway() {
        close(StatusCode.SHUTDOWN, "the connection server is stopping");
    }

    /** Ends the connection without waiting for the device, which may not read. */
    void disconnect() {
        session.disconnect();
    }

    /** Sends one frame after the other without growing the stack, one at a time whoever asks. */
    private final class Sending extends IteratingCallback {
        // Both are used by whoever runs the sending, one thread at a time.
        private final Deque<byte[]> chunks = new ArrayDeque<>();
        private Waiting current;

        @Override
        protected Action process() {
            while (chunks.isEmpty()) {
                if (current != null) {
                    written(current);
                    current = null;
                }
                synchronized (waiting) {
                    current = waiting.poll();
                }
                if (current == null) {
                    return Action.IDLE;
                }
                chunks.addAll(split(current.message()));
            }
            session.sendBinary(ByteBuffer.wrap(chunks.remove()), Callback.from(this::taken, this::failed));
            return Action.SCHEDULED;
        }

        private void taken() {
            synchronized (waiting) {
                lastProgress = System.nanoTime();
            }
            succeeded();
        }

        private void written(Waiting message) {
            synchronized (waiting) {
                unread -= message.message().length;
            }
            message.sent().run();
        }

        @Override
        protected void onFailure(Throwable cause) {
            log.debug("Sending failed", cause);
            List<Waiting> never = new ArrayList<>();
            synchronized (waiting) {
                failed = true;
                unread = 0;
                if (current != null) {
                    never.add(current);
                }
                never.addAll(waiting);
                waiting.clear();
            }
            never.forEach(message -> message.sent().run());
        }
    }
}
