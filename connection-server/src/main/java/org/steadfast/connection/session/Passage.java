package org.steadfast.connection.session;

/**
 * When one request of a device passed which place on its way through this server, by {@link System#nanoTime()}. One that never left
 * for a foundation node has waited for a link until it was given up.
 */
final class Passage {
    /** No clock says this. */
    private static final long NOT_YET = Long.MIN_VALUE;

    private final long received;
    private final long routed;
    /** Written by whoever sends over the link, again where it ended and the request goes elsewhere. */
    private volatile long sent = NOT_YET;
    /** Written once, by whoever brings the answer, and read by whoever has written it to the socket. */
    private volatile long answered;

    /**
     * Begins where the request is given to the router.
     *
     * @param received when the whole message was here
     */
    Passage(long received, long nowNanos) {
        this.received = received;
        this.routed = nowNanos;
    }

    /** It leaves for a foundation node. */
    void sent() {
        sent = System.nanoTime();
    }

    /** The answer is here, or it is certain that none comes. */
    void answered() {
        answered = System.nanoTime();
    }

    /** The answer is written to the device's socket, or never will be. */
    void written(StageMetrics metrics) {
        long now = System.nanoTime();
        // It may have been given up while it waited, and have left after that.
        long left = sent == NOT_YET || sent - answered > 0 ? answered : sent;
        metrics.record(routed - received, left - routed, answered - left, now - answered);
    }
}
