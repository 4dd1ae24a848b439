package org.steadfast.connection.session;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The sessions that are open. Safe for use by several threads. */
final class DeviceSessions {
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
        // Looked at after the session was added, as closeAll looks at the sessions after it set it: one of them sees it.
        if (closing) {
            session.closeGoingAway();
        }
    }

    void remove(DeviceSession session) {
        if (open.remove(session)) {
            metrics.connections.decrementAndGet();
        }
    }

    boolean isOpen(DeviceSession session) {
        return open.contains(session);
    }

    /** Closes the sessions, and those that still open. */
    void closeAll() {
        closing = true;
        open.forEach(DeviceSession::closeGoingAway);
    }
}
