package org.steadfast.connection.session;

import java.nio.ByteBuffer;
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

    synchronized void send(byte[] message) {
        List<byte[]> chunks;
        try {
            chunks = MultipartSplitter.split(message, frameLimit);
        } catch (CodecException e) {
            log.warn("A message to {} cannot be sent: {}", session.getRemoteSocketAddress(), e.getMessage());
            return;
        }
        for (byte[] chunk : chunks) {
            session.sendBinary(
                    ByteBuffer.wrap(chunk), Callback.from(() -> {}, failure -> log.debug("Sending failed", failure)));
        }
    }

    void close(int status, String reason) {
        session.close(status, reason, Callback.NOOP);
    }

    void closeGoingAway() {
        close(StatusCode.SHUTDOWN, "the connection server is stopping");
    }
}
