package org.steadfast.connection.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.connection.routing.Router;
import org.steadfast.protocol.link.LinkFrame;

/** The sessions that are open. Safe for use by several threads. */
final class DeviceSessions {
    private static final Logger log = LoggerFactory.getLogger(DeviceSessions.class);
    /** Few devices are closed sooner than the time for many allows. */
    private static final long LONGEST_PAUSE_NANOS = 20_000_000;

    private final String server;
    private final SessionMetrics metrics;
    private final BindingReport report;
    /** By id. Changed as devices come and go; guards itself. */
    private final Map<Integer, DeviceSession> open = new ConcurrentHashMap<>();

    /** Written once, when the door closes. */
    private volatile boolean closing;

    /** @param scheduler for what is told foundation nodes once more */
    DeviceSessions(String server, SessionMetrics metrics, Router router, ScheduledExecutorService scheduler) {
        this.report = new BindingReport(this, router, scheduler);
        this.server = server;
        this.metrics = metrics;
    }

    /** What the connection server is called, in this life of it. */
    String server() {
        return server;
    }

    /** What tells foundation nodes of bindings. */
    BindingReport report() {
        return report;
    }

    Optional<DeviceSession> find(long id) {
        return id == (int) id ? Optional.ofNullable(open.get((int) id)) : Optional.empty();
    }

    /** The bindings of all sessions. */
    List<LinkFrame.Held> bindings() {
        return open.values().stream()
                .flatMap(session -> session.held().stream())
                .toList();
    }

    void add(DeviceSession session) {
        if (open.put(session.id(), session) == null) {
            metrics.connections.incrementAndGet();
        }
        // Looked at after the session was added, as closeAll looks at the sessions after it set it: one of them sees
        // it.
        if (closing) {
            session.closeGoingAway();
        }
    }

    void remove(DeviceSession session) {
        if (open.remove(session.id(), session)) {
            metrics.connections.decrementAndGet();
            synchronized (this) {
                notifyAll();
            }
        }
    }

    boolean isOpen(DeviceSession session) {
        return open.get(session.id()) == session;
    }

    /** Ends what takes too long on the devices' side. */
    void sweep(long nowNanos) {
        for (DeviceSession session : open.values()) {
            try {
                session.sweep(nowNanos);
            } catch (RuntimeException e) {
                // Else nothing would be swept any more.
                log.warn("SESSION_FAILED: device session {} could not be looked after", session.id(), e);
            }
        }
    }

    /** Whether no new sessions are wanted. */
    boolean isClosing() {
        return closing;
    }

    /**
     * Closes the sessions one after the other, and those that still open at once. Devices connect to another server as soon as
     * they are closed: it must not get all of them in one moment.
     *
     * @param within how long that takes, where there are many
     */
    void closeAll(Duration within) throws InterruptedException {
        closing = true;
        List<DeviceSession> left = new ArrayList<>(open.values());
        Collections.shuffle(left);
        long pause = Math.min(LONGEST_PAUSE_NANOS, within.toNanos() / Math.max(1, left.size()));
        long next = System.nanoTime();
        for (DeviceSession session : left) {
            session.closeGoingAway();
            next += pause;
            TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
        }
    }

    /** Waits until all sessions have ended, and no longer than that. */
    synchronized void awaitEnds(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!open.isEmpty()) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                log.info("{} devices have not answered that their connection closes", open.size());
                return;
            }
            wait(left);
        }
    }
}
