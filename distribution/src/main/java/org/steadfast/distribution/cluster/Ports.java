package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/** Gives out the ports of machines, none of them twice, and on this one none that is in use now. Used by one thread. */
final class Ports {
    private static final int MOST_TRIED = 200;

    private final boolean anyFree;
    /** By host and port. */
    private final Set<String> given = new HashSet<>();

    /** @param anyFree whether the usual ports are passed over on this machine, for several clusters on it */
    Ports(boolean anyFree) {
        this.anyFree = anyFree;
    }

    /** The usual port where it is free, else the next free one after it. */
    int next(String host, int usual) throws IOException {
        boolean isHere = host.equals(Placement.THIS_MACHINE);
        for (int i = 0; i < MOST_TRIED; i++) {
            int port = isHere ? tryOpen(host, anyFree ? 0 : usual + i) : usual + i;
            if (port > 0 && given.add(host + ":" + port)) {
                return port;
            }
        }
        throw new IOException("none of the " + MOST_TRIED + " ports from " + usual + " on is free");
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
