package org.steadfast.coordination.coordinator;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Asks a coordinator server how it is, by ZooKeeper's four-letter word {@code srvr}. Stateless. */
public final class CoordinatorHealth {
    private CoordinatorHealth() {}

    /**
     * The server's mode ({@code standalone}, {@code leader}, {@code follower}) where it serves clients; empty where it does not
     * answer or is not part of a majority.
     */
    public static Optional<String> mode(String host, int port, Duration timeout) {
        int millis = (int) timeout.toMillis();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), millis);
            socket.setSoTimeout(millis);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.lines()
                    .filter(line -> line.startsWith("Mode: "))
                    .map(line -> line.substring("Mode: ".length()))
                    .findFirst();
        } catch (IOException e) {
            // Not answering is the answer.
            return Optional.empty();
        }
    }
}
