package org.steadfast.simulator;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Where a server listens. IPv6 hosts stand in brackets: {@code [::1]:8080}. */
public record ServerAddress(String host, int port) {

    public ServerAddress {
        Objects.requireNonNull(host, "host is null");
        if (host.isBlank()) {
            throw new IllegalArgumentException("a server address needs a host");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
        }
    }

    /**
     * Reads {@code host:port}.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static ServerAddress parse(String text) {
        String trimmed = text.strip();
        int colon = trimmed.lastIndexOf(':');
        boolean bare = colon > 0 && trimmed.indexOf(':') != colon && !trimmed.startsWith("[");
        if (colon <= 0 || bare) {
            throw new IllegalArgumentException("[" + trimmed + "] is not host:port");
        }
        String host = trimmed.substring(0, colon);
        try {
            ServerAddress address = new ServerAddress(host, Integer.parseInt(trimmed.substring(colon + 1)));
            // URI.create finds what else cannot stand in an address, such as spaces.
            if (!host.equals(address.uri("http", "/").getHost())) {
                throw new IllegalArgumentException("[" + trimmed + "] is not host:port");
            }
            return address;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("[" + trimmed + "] is not host:port", e);
        }
    }

    /** Reads {@code host:port,host:port}. */
    public static List<ServerAddress> parseList(String text) {
        List<ServerAddress> addresses = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            addresses.add(parse(part));
        }
        return List.copyOf(addresses);
    }

    URI uri(String scheme, String path) {
        return URI.create(scheme + "://" + host + ":" + port + path);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
