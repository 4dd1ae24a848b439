package org.steadfast.foundation.link;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The links that are open, so that a stopping node can close them. Safe for use by several threads. */
final class OpenLinks {
    /** Changed as links open and close; guards itself. */
    private final Set<LinkEndpoint> links = ConcurrentHashMap.newKeySet();

    void add(LinkEndpoint link) {
        links.add(link);
    }

    void remove(LinkEndpoint link) {
        links.remove(link);
    }

    /** A link from a connection server, in that life of it. */
    Optional<LinkEndpoint> find(String connectionServer) {
        return links.stream()
                .filter(link -> link.connectionServer().equals(connectionServer))
                .findAny();
    }

    int count() {
        return links.size();
    }

    /** Sends a sign of life over each link, and ends those over which none comes. */
    void beat() {
        links.forEach(LinkEndpoint::beat);
    }

    void closeAll() {
        links.forEach(LinkEndpoint::closeGoingAway);
    }
}
