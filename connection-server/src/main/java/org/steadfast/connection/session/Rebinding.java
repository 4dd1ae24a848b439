package org.steadfast.connection.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.connection.routing.Router;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Status;

/**
 * Tells foundation nodes the bindings of all sessions whenever a link to one opens: those that were all stopped have lost them,
 * while devices stayed connected. Safe for use by several threads.
 */
final class Rebinding {
    private static final Logger log = LoggerFactory.getLogger(Rebinding.class);
    private static final int AT_ONCE = 500;
    private static final int MOST_ATTEMPTS = 60;
    private static final long PAUSE_MILLIS = 1_000;

    private final DeviceSessions sessions;
    private final Router router;
    private final ScheduledExecutorService scheduler;
    /** Whether bindings are being told; guarded by this. */
    private boolean underWay;
    /** Whether a link has opened since that began; guarded by this. */
    private boolean again;

    Rebinding(DeviceSessions sessions, Router router, ScheduledExecutorService scheduler) {
        this.sessions = sessions;
        this.router = router;
        this.scheduler = scheduler;
    }

    /** Tells all bindings there are, or tells them once more when those that are being told are through. */
    synchronized void begin() {
        again = underWay;
        if (!underWay) {
            underWay = true;
            later(this::all, 0);
        }
    }

    private void all() {
        Deque<List<LinkFrame.Held>> left = new ArrayDeque<>();
        List<LinkFrame.Held> bindings = sessions.bindings();
        for (int from = 0; from < bindings.size(); from += AT_ONCE) {
            left.add(bindings.subList(from, Math.min(bindings.size(), from + AT_ONCE)));
        }
        next(left, 1);
    }

    private void next(Deque<List<LinkFrame.Held>> left, int attempt) {
        List<LinkFrame.Held> some = left.peek();
        if (some == null) {
            ended();
            return;
        }
        var unused = router.ask(
                        sessions.server(),
                        true,
                        correlation -> new LinkFrame.Rebind(correlation, sessions.server(), some))
                .whenComplete((reply, failure) -> {
                    if (reply instanceof LinkFrame.Rebound rebound && rebound.status() == Status.SUCCESS) {
                        left.remove();
                        later(() -> next(left, 1), 0);
                    } else if (attempt < MOST_ATTEMPTS) {
                        later(() -> next(left, attempt + 1), PAUSE_MILLIS);
                    } else {
                        log.warn("Foundation nodes take no bindings; {} lists of them were not told", left.size());
                        ended();
                    }
                });
    }

    private synchronized void ended() {
        underWay = again;
        again = false;
        if (underWay) {
            later(this::all, 0);
        }
    }

    private void later(Runnable step, long millis) {
        try {
            var unused = scheduler.schedule(step, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("Stopping, so no bindings are told any more", e);
        }
    }
}
