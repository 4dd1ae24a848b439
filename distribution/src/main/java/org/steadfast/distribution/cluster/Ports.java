package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/** Gives out ports that nobody uses now, none of them twice. Used by one thread. */
final class Ports {
    private static final int MOST_TRIED = 200;

    private final String host;
    private final boolean anyFree;
    private final Set<Integer> given = new HashSet<>();

    /** @param anyFree whether the usual ports are passed over, for several clusters on one machine */
    Ports(String host, boolean anyFree) {
        this.host = host;
        this.anyFree = anyFree;
    }

    /** The usual port where it is free, else the next free one after it. */
    int next(int usual) throws IOException {
        for (int i = 0; i < MOST_TRIED; i++) {
            int port = tryOpen(anyFree ? 0 : usual + i);
            if (port > 0 && given.add(port)) {
                return port;
            }
        }
        throw new IOException("none of the " + MOST_TRIED + " ports from " + usual + " on is free");
    }

    private int tryOpen(int port) {
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
