package org.steadfast.it.harness;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.steadfast.simulator.Transport;

/** What a server of the coordinator answers to ZooKeeper's word {@code srvr}. */
final class CoordinatorStatus {
    private static final Pattern MODE = Pattern.compile("^Mode: (\\w+)$", Pattern.MULTILINE);
    private static final int MILLIS = 1_000;

    private final String host;
    private final int port;
    private final Transport transport;

    CoordinatorStatus(String host, int port, Transport transport) {
        this.host = host;
        this.port = port;
        this.transport = transport;
    }

    /** {@code leader}, {@code follower} or {@code standalone}; empty while it does not serve. */
    Optional<String> mode() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), MILLIS);
            socket.setSoTimeout(MILLIS);
            Socket spoken = transport.tls().isPresent()
                    ? transport.tls().get().getSocketFactory().createSocket(socket, host, port, true)
                    : socket;
            spoken.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(spoken.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return Optional.of(MODE.matcher(answer)).filter(Matcher::find).map(found -> found.group(1));
        } catch (IOException e) {
            // Not listening.
            return Optional.empty();
        }
    }
}
