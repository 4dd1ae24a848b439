package org.steadfast.persistence.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.List;
import org.steadfast.persistence.embedded.EmbeddedPostgresException.Kind;

/** Where PostgreSQL listens, and how we reach it there. */
record ListenAddress(String host, int port) {
    boolean isLoopback() throws EmbeddedPostgresException {
        return resolve().stream().allMatch(InetAddress::isLoopbackAddress);
    }

    String jdbcUrl(String database) {
        return "jdbc:postgresql://" + reachableHost() + ":" + port + "/" + database;
    }

    /** Refuses a port that another process listens on, by listening on it for a moment. */
    void requireFree() throws EmbeddedPostgresException {
        boolean ours = false;
        for (InetAddress address : resolve()) {
            // Any free port tells an address that is not ours from a port that is taken.
            if (canListen(address, 0)) {
                ours = true;
                if (!canListen(address, port)) {
                    throw new EmbeddedPostgresException(
                            Kind.PORT_IN_USE,
                            "port " + port + " on " + host
                                    + " is in use by another process; stop that process or set another port");
                }
            }
        }
        if (!ours) {
            throw new EmbeddedPostgresException(
                    Kind.FAILED, "host " + host + " is not an address of this machine; set one that is");
        }
    }

    private static boolean canListen(InetAddress address, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // As PostgreSQL does: connections that ended a moment ago are no obstacle.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private List<InetAddress> resolve() throws EmbeddedPostgresException {
        try {
            return List.of(InetAddress.getAllByName(host.equals("*") ? "0.0.0.0" : host));
        } catch (UnknownHostException e) {
            throw new EmbeddedPostgresException(
                    Kind.FAILED, "host " + host + " cannot be resolved; set an address of this machine", e);
        }
    }

    private String reachableHost() {
        return switch (host) {
            case "*", "0.0.0.0" -> "127.0.0.1";
            case "::" -> "[::1]";
            default -> host.contains(":") ? "[" + host + "]" : host;
        };
    }
}
