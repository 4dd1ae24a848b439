package org.steadfast.connection.session;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.MultipartSplitter;

/**
 * Sends messages to one device, cut into chunks where the device takes no longer ones. Chunks of one message stay together. Safe
 * for use by several threads.
 */
final class Outbound {
    private static final Logger log = LoggerFactory.getLogger(Outbound.class);

    private final Session session;
    private final int frameLimit;

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
    synchronized void send(List<byte[]> messages, Runnable sent) {
        List<byte[]> chunks = new ArrayList<>();
        for (byte[] message : messages) {
            try {
                chunks.addAll(MultipartSplitter.split(message, frameLimit));
            } catch (CodecException e) {
                log.warn("A message to {} cannot be sent: {}", session.getRemoteSocketAddress(), e.getMessage());
            }
        }
        if (chunks.isEmpty()) {
            sent.run();
            return;
        }
        int last = chunks.size() - 1;
        for (int i = 0; i <= last; i++) {
            Runnable done = i == last ? sent : () -> {};
            session.sendBinary(ByteBuffer.wrap(chunks.get(i)), Callback.from(done, failure -> {
                log.debug("Sending failed", failure);
                done.run();
            }));
        }
    }

    void close(int status, String reason) {
        session.close(status, reason, Callback.NOOP);
    }

    void closeGoingAway() {
        close(StatusCode.SHUTDOWN, "the connection server is stopping");
    }
}
