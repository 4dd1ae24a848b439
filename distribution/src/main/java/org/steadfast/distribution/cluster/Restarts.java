package org.steadfast.distribution.cluster;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** When nodes that have ended are started again: after 1 s, and after twice the time before where they do not stay. Used by one thread. */
final class Restarts {
    private static final long LONGEST_PAUSE_SECONDS = 30;
    /** A node that ran for so long counts as having been well; the pauses before it is started again begin anew. */
    private static final long STABLE_NANOS = TimeUnit.MINUTES.toNanos(2);

    /** By platform id. */
    private final Map<String, Past> pasts = new HashMap<>();

    /** What became of a node so far. */
    private static final class Past {
        private long startedAt = System.nanoTime() - STABLE_NANOS;
        private int restarts;
        private long dueAt;
        private boolean isWaiting;
    }

    /**
     * Takes note that a node has ended.
     *
     * @return in how many seconds it is started again; empty where its end is known already
     */
    OptionalLong ended(NodePlan node) {
        Past past = pasts.computeIfAbsent(node.id(), id -> new Past());
        if (past.isWaiting) {
            return OptionalLong.empty();
        }
        long now = System.nanoTime();
        past.restarts = now - past.startedAt >= STABLE_NANOS ? 1 : past.restarts + 1;
        long pause = Math.min(LONGEST_PAUSE_SECONDS, 1L << Math.min(past.restarts - 1, 10));
        past.dueAt = now + TimeUnit.SECONDS.toNanos(pause);
        past.isWaiting = true;
        return OptionalLong.of(pause);
    }

    /** Whether the time of a node that has ended has come; true once, it must be started then. */
    boolean isDue(NodePlan node) {
        Past past = pasts.get(node.id());
        if (past == null || !past.isWaiting || System.nanoTime() < past.dueAt) {
            return false;
        }
        past.isWaiting = false;
        past.startedAt = System.nanoTime();
        return true;
    }
}
