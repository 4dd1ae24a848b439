package org.steadfast.connection.session;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The sessions that are open. Safe for use by several threads. */
final class DeviceSessions {
    private final String platformId;
    private final SessionMetrics metrics;
    /** Changed as devices come and go; guards itself. */
    private final Set<DeviceSession> open = ConcurrentHashMap.newKeySet();

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
    }

    void remove(DeviceSession session) {
        if (open.remove(session)) {
            metrics.connections.decrementAndGet();
        }
    }

    boolean isOpen(DeviceSession session) {
        return open.contains(session);
    }

    void closeAll() {
        open.forEach(DeviceSession::closeGoingAway);
    }
}
