package org.steadfast.coordination.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.steadfast.coordination.FreePorts;

@Timeout(60)
class CoordinatorHealthTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static Optional<String> mode(int port, Duration patience) throws IOException {
        return CoordinatorHealth.mode("127.0.0.1", port, patience, Optional.empty());
    }

    @Test
    void nobodyListens() {
        assertThatThrownBy(() -> mode(FreePorts.next(), PATIENCE)).isInstanceOf(ConnectException.class);
    }

    @Test
    void somethingElseListens() throws Exception {
        try (ServerSocket listener = FreePorts.occupy(FreePorts.next())) {
            Thread other = new Thread(() -> {
                try (Socket socket = listener.accept()) {
                    assertThat(socket.getInputStream().readNBytes(4)).hasSize(4);
                    socket.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            other.start();
            assertThat(mode(listener.getLocalPort(), PATIENCE)).isEmpty();
            other.join();
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsNotWaitedForLongerThanAllowed() throws Exception {
        try (ServerSocket silent = FreePorts.occupy(FreePorts.next())) {
            assertThatThrownBy(() -> mode(silent.getLocalPort(), Duration.ofMillis(50)))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void theNameOfTheHostIsNotKnown() {
        assertThatThrownBy(() -> CoordinatorHealth.mode("no-such-host.invalid", 2181, PATIENCE, Optional.empty()))
                .isInstanceOf(UnknownHostException.class);
    }
}
