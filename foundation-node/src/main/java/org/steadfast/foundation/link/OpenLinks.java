package org.steadfast.foundation.link;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.steadfast.foundation.remote.Devices;

/** The links that are open, and the devices that are reached over them. Safe for use by several threads. */
public final class OpenLinks {
    /** With the order in which they opened. Changed as links open and close; guards itself. */
    private final Map<LinkEndpoint, Long> links = new ConcurrentHashMap<>();

    private final AtomicLong opened = new AtomicLong();
    private final DeviceCaller caller = new DeviceCaller(this);

    /** The devices that are reached over these links. */
    public Devices devices() {
        return caller;
    }

    DeviceCaller caller() {
        return caller;
    }

    void add(LinkEndpoint link) {
        links.put(link, opened.incrementAndGet());
    }

    void remove(LinkEndpoint link) {
        links.remove(link);
    }

    /** The latest link from a connection server, in that life of it: an earlier one may have broken without a word. */
    Optional<LinkEndpoint> find(String connectionServer) {
        return links.entrySet().stream()
                .filter(link -> link.getKey().connectionServer().equals(connectionServer))
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey);
    }

    /** Whether a connection server is linked here in another life than this one, and not in this one. */
    boolean isReplaced(String connectionServer) {
        String platformId = platformId(connectionServer);
        return find(connectionServer).isEmpty()
                && links.keySet().stream()
                        .anyMatch(link -> platformId(link.connectionServer()).equals(platformId));
    }

    /** What comes before the mark of a life. */
    private static String platformId(String connectionServer) {
        int slash = connectionServer.lastIndexOf('/');
        return slash < 0 ? connectionServer : connectionServer.substring(0, slash);
    }

    int count() {
        return links.size();
    }

    /** Sends a sign of life over each link, and ends those over which none comes. */
    void beat() {
        links.keySet().forEach(LinkEndpoint::beat);
    }

    void closeAll() {
        links.keySet().forEach(LinkEndpoint::closeGoingAway);
    }
}
