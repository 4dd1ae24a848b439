package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;

/** Looks whether a node will be able to listen at a port of this machine. */
final class PortCheck {
    private PortCheck() {}

    /** What keeps it from that. */
    static Optional<String> obstacle(String host, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
            return Optional.empty();
        } catch (BindException e) {
            return Optional.of("it cannot be opened (" + e.getMessage() + "); end what uses it, or set another");
        } catch (IOException e) {
            return Optional.of("it cannot be opened: " + e);
        }
    }
}
