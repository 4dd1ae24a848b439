package org.steadfast.coordination.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FirstRequestDeadlineTest {
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server, 1, 1);

    @BeforeEach
    void start() throws Exception {
        connector.addBean(new FirstRequestDeadline(connector, Duration.ofMillis(500)));
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                callback.succeeded();
                return true;
            }
        });
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void oneByteNowAndThenKeepsNoConnection() throws Exception {
        try (Socket slow = new Socket("127.0.0.1", connector.getLocalPort())) {
            slow.setSoTimeout(50);
            await().atMost(Duration.ofSeconds(10)).until(() -> {
                try {
                    send(slow, "G");
                    return slow.getInputStream().read() < 0;
                } catch (SocketTimeoutException e) {
                    return false;
                } catch (IOException e) {
                    return true;
                }
            });
        }
    }

    @Test
    void whoHasAskedOnceMayWait() throws Exception {
        try (Socket client = new Socket("127.0.0.1", connector.getLocalPort())) {
            client.setSoTimeout(5_000);
            send(client, REQUEST);
            assertThat(client.getInputStream().read()).isEqualTo('H');
            await().pollDelay(Duration.ofMillis(1_000)).until(() -> true);
            client.getInputStream().skipNBytes(client.getInputStream().available());
            send(client, REQUEST);
            assertThat(client.getInputStream().read()).isEqualTo('H');
        }
    }
}
