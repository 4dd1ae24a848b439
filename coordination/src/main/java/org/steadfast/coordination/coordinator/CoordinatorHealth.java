package org.steadfast.coordination.coordinator;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Asks a coordinator server how it is, by ZooKeeper's four-letter word {@code srvr}. Stateless. */
public final class CoordinatorHealth {
    private CoordinatorHealth() {}

    /**
     * The server's mode ({@code standalone}, {@code leader}, {@code follower}) where it serves clients; empty where it is not part of a
     * majority.
     *
     * @param tls what is shown and trusted, where the server speaks TLS
     * @throws IOException if it does not answer in time, or what it shows is not accepted
     */
    public static Optional<String> mode(String host, int port, Duration timeout, Optional<SSLContext> tls)
            throws IOException {
        int millis = (int) timeout.toMillis();
        try (Socket connection = new Socket()) {
            connection.connect(new InetSocketAddress(host, port), millis);
            connection.setSoTimeout(millis);
            if (tls.isEmpty()) {
                return ask(connection);
            }
            try (SSLSocket secured =
                    (SSLSocket) tls.get().getSocketFactory().createSocket(connection, host, port, true)) {
                SSLParameters parameters = secured.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                secured.setSSLParameters(parameters);
                return ask(secured);
            }
        }
    }

    private static Optional<String> ask(Socket socket) throws IOException {
        socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        return answer.lines()
                .filter(line -> line.startsWith("Mode: "))
                .map(line -> line.substring("Mode: ".length()))
                .findFirst();
    }
}
