package org.steadfast.coordination.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.steadfast.coordination.FreePorts;

@Timeout(60)
class CoordinatorHealthTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void nobodyListens() {
        assertThat(CoordinatorHealth.mode("127.0.0.1", FreePorts.next(), PATIENCE))
                .isEmpty();
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
            assertThat(CoordinatorHealth.mode("127.0.0.1", listener.getLocalPort(), PATIENCE))
                    .isEmpty();
            other.join();
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsNotWaitedForLongerThanAllowed() throws Exception {
        try (ServerSocket silent = FreePorts.occupy(FreePorts.next())) {
            assertThat(CoordinatorHealth.mode("127.0.0.1", silent.getLocalPort(), Duration.ofMillis(50)))
                    .isEmpty();
        }
    }

    @Test
    void theNameOfTheHostIsNotKnown() {
        assertThat(CoordinatorHealth.mode("no-such-host.invalid", 2181, PATIENCE))
                .isEmpty();
    }
}
