package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Gives out the ports of machines, none of them twice, and on this one none that is in use now. Used by one thread. */
final class Ports {
    private static final int MOST_TRIED = 200;
    private static final int LAST = 65_535;

    private final boolean anyFree;
    private final Predicate<String> isHere;
    /** By host and port. */
    private final Set<String> given = new HashSet<>();

    /**
     * @param anyFree whether the usual ports are passed over on this machine, for several clusters on it
     * @param isHere whether a host is this machine
     */
    Ports(boolean anyFree, Predicate<String> isHere) {
        this.anyFree = anyFree;
        this.isHere = isHere;
    }

    /** The usual port where it is free, else the next free one after it. */
    int next(String host, int usual) throws IOException {
        return next(host, usual, anyFree);
    }

    /** The next free one after a port that the first node of a kind has. */
    int after(String host, int chosen) throws IOException {
        return next(host, chosen + 1, false);
    }

    /** Gives out a port that somebody chose, or tells what keeps it from that. */
    Optional<String> take(String host, int port) throws IOException {
        Optional<String> obstacle = isHere.test(host) ? PortCheck.obstacle(host, port) : Optional.empty();
        if (obstacle.isEmpty() && !given.add(key(host, port))) {
            return Optional.of("it was chosen twice; choose two");
        }
        return obstacle;
    }

    private int next(String host, int first, boolean any) throws IOException {
        boolean here = isHere.test(host);
        for (int i = 0; i < MOST_TRIED && first + i <= LAST; i++) {
            int port = here ? tryOpen(host, any ? 0 : first + i) : first + i;
            if (port > 0 && given.add(key(host, port))) {
                return port;
            }
        }
        throw new IOException("no port from " + first + " on is free at " + host + ", of the " + MOST_TRIED
                + " that were tried; choose lower ones, or end what uses them");
    }

    /** Names of this machine are the same place as its addresses. */
    private String key(String host, int port) throws IOException {
        return (isHere.test(host) ? InetAddress.getByName(host).getHostAddress() : host) + ":" + port;
    }

    private static int tryOpen(String host, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
            return socket.getLocalPort();
        } catch (IOException e) {
            // In use: that is what was asked.
            return -1;
        }
    }
}
