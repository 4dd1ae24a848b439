package org.steadfast.coordination.link;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
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
 * the busier a link is, the less each frame costs. What waits is bounded by who sends: it knows when each frame has gone.
 * Safe for use by several threads.
 */
public final class LinkWriter {
    /** Longest WebSocket message in bytes, unless one frame alone is longer. */
    public static final int MESSAGE_BYTES = 256 << 10;

    private static final Logger log = LoggerFactory.getLogger(LinkWriter.class);

    private final Session session;
    private final Sending sending = new Sending();
    /** Filled by every sender, emptied by whoever runs the sending; guarded by itself. */
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    /** Whether the link has failed: nothing is kept any more. Written once; guarded by {@link #waiting}. */
    private boolean failed;

    private record Waiting(LinkFrame frame, Runnable leaves, Runnable gone) {}

    public LinkWriter(Session session) {
        this.session = session;
    }

    /** Sends a frame, in the order of calls. Does nothing on a closed link: its end is told to the link's listener. */
    public void send(LinkFrame frame) {
        send(frame, () -> {});
    }

    /**
     * Sends a frame, in the order of calls.
     *
     * @param gone run once when the frame is written, or never will be: until then it takes memory
     */
    public void send(LinkFrame frame, Runnable gone) {
        send(frame, () -> {}, gone);
    }

    /**
     * Sends a frame, in the order of calls.
     *
     * @param leaves run once when the frame's turn to be written has come, before anybody can answer it; not where the link fails
     *     before. Others wait meanwhile
     * @param gone run once when the frame is written, or never will be: until then it takes memory
     */
    public void send(LinkFrame frame, Runnable leaves, Runnable gone) {
        boolean dropped;
        synchronized (waiting) {
            dropped = failed;
            if (!dropped) {
                waiting.add(new Waiting(frame, leaves, gone));
            }
        }
        if (dropped) {
            gone.run();
        } else {
            sending.iterate();
        }
    }

    /** Sends one message after the other without growing the stack, one at a time whoever asks. */
    private final class Sending extends IteratingCallback {
        /** Those of the message under way; used by whoever runs the sending, one thread at a time. */
        private final List<Runnable> underWay = new ArrayList<>();

        @Override
        protected Action process() {
            underWay.forEach(Runnable::run);
            underWay.clear();
            WireWriter out = new WireWriter(4096);
            synchronized (waiting) {
                while (out.size() < MESSAGE_BYTES && !waiting.isEmpty()) {
                    Waiting next = waiting.remove();
                    next.leaves().run();
                    LinkCodec.write(out, next.frame());
                    underWay.add(next.gone());
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
            List<Runnable> never = new ArrayList<>(underWay);
            synchronized (waiting) {
                failed = true;
                waiting.forEach(left -> never.add(left.gone()));
                waiting.clear();
            }
            never.forEach(Runnable::run);
            session.disconnect();
        }
    }
}
