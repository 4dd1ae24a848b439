package org.steadfast.connection.session;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sessions that are open. Safe for use by several threads. */
final class DeviceSessions {
    private static final Logger log = LoggerFactory.getLogger(DeviceSessions.class);

    private final String platformId;
    private final SessionMetrics metrics;
    /** Changed as devices come and go; guards itself. */
    private final Set<DeviceSession> open = ConcurrentHashMap.newKeySet();

    /** Written once, when the door closes. */
    private volatile boolean closing;

    DeviceSessions(String platformId, SessionMetrics metrics) {
        this.platformId = platformId;
        this.metrics = metrics;
    }

    /** The connection server's platform id. */
    String platformId() {
        return platformId;
    }

    void add(DeviceSession session) {
        if (open.add(session)) {
            metrics.connections.incrementAndGet();
        }
        // Looked at after the session was added, as closeAll looks at the sessions after it set it: one of them sees
        // it.
        if (closing) {
            session.closeGoingAway();
        }
    }

    void remove(DeviceSession session) {
        if (open.remove(session)) {
            metrics.connections.decrementAndGet();
            synchronized (this) {
                notifyAll();
            }
        }
    }

    boolean isOpen(DeviceSession session) {
        return open.contains(session);
    }

    /** Ends what takes too long on the devices' side. */
    void sweep(long nowNanos) {
        for (DeviceSession session : open) {
            try {
                session.sweep(nowNanos);
            } catch (RuntimeException e) {
                // Else nothing would be swept any more.
                log.warn("Device session {} could not be looked after", session.id(), e);
            }
        }
    }

    /** Closes the sessions, and those that still open. */
    void closeAll() {
        closing = true;
        open.forEach(DeviceSession::closeGoingAway);
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
