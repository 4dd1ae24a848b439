package org.steadfast.persistence.failover;

import java.util.Objects;

/** Where a database server listens. */
public record ServerAddress(String host, int port) implements Comparable<ServerAddress> {
    public ServerAddress {
        Objects.requireNonNull(host, "host is null");
    }

    /** @throws IllegalArgumentException if it is not {@code host:port} */
    public static ServerAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException(text + " is not host:port");
        }
        return new ServerAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    @Override
    public int compareTo(ServerAddress other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
