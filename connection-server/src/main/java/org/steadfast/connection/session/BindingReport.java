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
 * Tells foundation nodes of bindings until they have heard it: those that have ended, and all there are whenever a link opens and
 * now and then. Foundation nodes that were all stopped, or two of them at once, have lost them while devices stayed connected. Safe
 * for use by several threads.
 */
final class BindingReport {
    private static final Logger log = LoggerFactory.getLogger(BindingReport.class);
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

    BindingReport(DeviceSessions sessions, Router router, ScheduledExecutorService scheduler) {
        this.sessions = sessions;
        this.router = router;
        this.scheduler = scheduler;
    }

    /** Tells that bindings have ended. */
    void ended(List<LinkFrame.Binding> bindings) {
        tellEnded(bindings, 1);
    }

    private void tellEnded(List<LinkFrame.Binding> bindings, int attempt) {
        var unused = router.ask(sessions.server(), true, correlation -> new LinkFrame.Unbind(correlation, bindings))
                .whenComplete((reply, failure) -> {
                    if (reply instanceof LinkFrame.Unbound unbound && unbound.status() == Status.SUCCESS) {
                        return;
                    }
                    if (attempt < MOST_ATTEMPTS) {
                        later(() -> tellEnded(bindings, attempt + 1), PAUSE_MILLIS);
                    } else {
                        log.warn(
                                "BINDINGS_UNTOLD: the ends of {} bindings were not told: no foundation node takes them",
                                bindings.size());
                    }
                });
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
                        log.warn(
                                "BINDINGS_UNTOLD: foundation nodes take no bindings; {} lists of them were not told",
                                left.size());
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
