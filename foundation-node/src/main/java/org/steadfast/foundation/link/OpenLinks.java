package org.steadfast.foundation.link;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;

/** The links that are open, so that a stopping node can close them. Safe for use by several threads. */
final class OpenLinks {
    /** Changed as links open and close; guards itself. */
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();

    void add(Session session) {
        sessions.add(session);
    }

    void remove(Session session) {
        sessions.remove(session);
    }

    int count() {
        return sessions.size();
    }

    void closeAll() {
        sessions.forEach(session -> session.close(StatusCode.SHUTDOWN, "the node is stopping", Callback.NOOP));
    }
}
