package org.steadfast.connection.routing;

import java.util.concurrent.CompletableFuture;
import org.steadfast.protocol.link.LinkFrame;

/**
 * A request that has not been answered.
 *
 * @param thing whose owner the request goes to
 * @param resendable whether it may be sent again when it is not known what became of it
 * @param deadline by {@link System#nanoTime()}
 * @param sent run each time when it leaves over a link
 * @param reply completes with the answer, or with a {@link NoAnswerException}
 */
record Pending(
        LinkFrame frame,
        String thing,
        boolean resendable,
        long deadline,
        Runnable sent,
        CompletableFuture<LinkFrame> reply) {
    private static final long FRAME_BYTES = 128;
    private static final long NAME_BYTES = 64;

    /** About how much memory the request takes until it is answered. */
    long bytes() {
        return FRAME_BYTES
                + (frame instanceof LinkFrame.Request request ? request.message().length : 0)
                + (frame instanceof LinkFrame.Bind bind
                        ? NAME_BYTES * bind.names().size()
                        : 0)
                + (frame instanceof LinkFrame.Rebind rebind
                        ? NAME_BYTES * rebind.bindings().size()
                        : 0);
    }

    void fail(String why) {
        reply.completeExceptionally(new NoAnswerException(why));
    }

    boolean isExpired(long nowNanos) {
        return nowNanos - deadline > 0;
    }
}
