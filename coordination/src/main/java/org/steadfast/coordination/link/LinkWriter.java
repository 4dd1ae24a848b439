package org.steadfast.coordination.link;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.protocol.link.LinkCodec;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.WireWriter;

/**
 * Sends frames over one link. Frames that come while a send is under way wait and go out together in one WebSocket message, so
 * the busier a link is, the less each frame costs. What waits is bounded by the requests that may be outstanding on the link.
 * Safe for use by several threads.
 */
public final class LinkWriter implements Callback {
    /** Longest WebSocket message in bytes, unless one frame alone is longer. */
    public static final int MESSAGE_BYTES = 256 << 10;

    private static final Logger log = LoggerFactory.getLogger(LinkWriter.class);

    private final Session session;
    /** Filled by every sender, emptied by whoever starts the next send; guarded by itself. */
    private final Queue<LinkFrame> waiting = new ArrayDeque<>();
    /** Whether a send is under way; guarded by {@link #waiting}. */
    private boolean sending;

    public LinkWriter(Session session) {
        this.session = session;
    }

    /** Sends a frame, in the order of calls. Does nothing on a closed link: its end is told to the link's listener. */
    public void send(LinkFrame frame) {
        synchronized (waiting) {
            waiting.add(frame);
            if (sending) {
                return;
            }
            sending = true;
        }
        sendWaiting();
    }

    private void sendWaiting() {
        WireWriter out = new WireWriter(4096);
        synchronized (waiting) {
            LinkFrame frame;
            while (out.size() < MESSAGE_BYTES && (frame = waiting.poll()) != null) {
                LinkCodec.write(out, frame);
            }
            if (out.size() == 0) {
                sending = false;
                return;
            }
        }
        session.sendBinary(ByteBuffer.wrap(out.toByteArray()), this);
    }

    @Override
    public void succeed() {
        sendWaiting();
    }

    @Override
    public void fail(Throwable cause) {
        log.debug("Sending over the link failed", cause);
        synchronized (waiting) {
            waiting.clear();
        }
        session.disconnect();
    }
}
