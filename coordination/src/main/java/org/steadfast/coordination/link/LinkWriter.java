package org.steadfast.coordination.link;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.eclipse.jetty.util.IteratingCallback;
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
public final class LinkWriter {
    /** Longest WebSocket message in bytes, unless one frame alone is longer. */
    public static final int MESSAGE_BYTES = 256 << 10;

    private static final Logger log = LoggerFactory.getLogger(LinkWriter.class);

    private final Session session;
    private final Sending sending = new Sending();
    /** Filled by every sender, emptied by whoever runs the sending; guarded by itself. */
    private final Queue<LinkFrame> waiting = new ArrayDeque<>();

    public LinkWriter(Session session) {
        this.session = session;
    }

    /** Sends a frame, in the order of calls. Does nothing on a closed link: its end is told to the link's listener. */
    public void send(LinkFrame frame) {
        synchronized (waiting) {
            waiting.add(frame);
        }
        sending.iterate();
    }

    /** Sends one message after the other without growing the stack, one at a time whoever asks. */
    private final class Sending extends IteratingCallback {
        @Override
        protected Action process() {
            WireWriter out = new WireWriter(4096);
            synchronized (waiting) {
                while (out.size() < MESSAGE_BYTES && !waiting.isEmpty()) {
                    LinkCodec.write(out, waiting.remove());
                }
            }
            if (out.size() == 0) {
                return Action.IDLE;
            }
            session.sendBinary(ByteBuffer.wrap(out.toByteArray()), Callback.from(this::succeeded, this::failed));
            return Action.SCHEDULED;
        }

        @Override
        protected void onFailure(Throwable cause) {
            log.debug("Sending over the link failed", cause);
            synchronized (waiting) {
                waiting.clear();
            }
            session.disconnect();
        }
    }
}
