package org.steadfast.coordination.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.steadfast.coordination.settings.AddressRange;

/** Whom a server believes where a connection comes from. Its requests come from 127.0.0.2, which is trusted, or 127.0.0.3. */
@Timeout(60)
class ProxyHeadersTest {
    private static final String TRUSTED = "127.0.0.2";
    private static final String OTHER = "127.0.0.3";
    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] V1 =
            "PROXY TCP4 192.0.2.7 127.0.0.1 51000 8443\r\n".getBytes(StandardCharsets.US_ASCII);
    /** Version 2: PROXY, TCP over IPv4, from 192.0.2.8:51000 to 127.0.0.1:8443. */
    private static final byte[] V2 =
            HexFormat.of().parseHex("0d0a0d0a000d0a515549540a2111000cc00002087f000001c73820fb");
    /** Version 2: LOCAL, as HAProxy says it before its own checks. */
    private static final byte[] V2_LOCAL = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a20000000");

    private final NodeMetrics metrics = new NodeMetrics("connection server", "connection1");
    private final NodeHttpServer server = new NodeHttpServer(
            new NodeIdentity("connection server", "connection1"),
            new Readiness(),
            metrics,
            Listening.plain("127.0.0.1", 0, "Port", 8).behind(List.of(AddressRange.of(TRUSTED))));

    @BeforeEach
    void start() throws Exception {
        server.start(List.of(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                Content.Sink.write(response, true, "from " + Request.getRemoteAddr(request), callback);
                return true;
            }
        }));
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
        metrics.close();
    }

    /** Empty where the connection is ended without an answer. */
    private String answer(String from, byte[]... parts) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getByName("127.0.0.1"), server.port(), InetAddress.getByName(from), 0)) {
            socket.setSoTimeout(20_000);
            for (byte[] part : parts) {
                socket.getOutputStream().write(part);
                socket.getOutputStream().flush();
            }
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void aTrustedBalancerIsBelievedInBothVersions() throws Exception {
        assertThat(answer(TRUSTED, V1, REQUEST)).contains("200 OK").endsWith("from 192.0.2.7");
        assertThat(answer(TRUSTED, V2, REQUEST)).contains("200 OK").endsWith("from 192.0.2.8");
    }

    @Test
    void whatComesInPiecesIsTheSame() throws Exception {
        byte[] all = Arrays.copyOf(V2, V2.length + REQUEST.length);
        System.arraycopy(REQUEST, 0, all, V2.length, REQUEST.length);
        byte[][] pieces = new byte[all.length][];
        for (int i = 0; i < all.length; i++) {
            pieces[i] = new byte[] {all[i]};
        }
        assertThat(answer(TRUSTED, pieces)).endsWith("from 192.0.2.8");
    }

    @Test
    void theBalancersOwnConnectionsAreItsOwn() throws Exception {
        assertThat(answer(TRUSTED, REQUEST)).endsWith("from " + TRUSTED);
        assertThat(answer(TRUSTED, V2_LOCAL, REQUEST)).endsWith("from " + TRUSTED);
    }

    @Test
    void nobodyElseIsBelieved() throws Exception {
        assertThat(answer(OTHER, REQUEST)).endsWith("from " + OTHER);
        for (byte[] header : List.of(V1, V2)) {
            assertThat(answer(OTHER, header, REQUEST))
                    .startsWith("HTTP/1.1 400")
                    .doesNotContain("from ");
        }
    }

    @Test
    void aHeaderThatIsNoneEndsTheConnection() throws Exception {
        byte[] broken = "PROXY TCP4 nowhere\r\n".getBytes(StandardCharsets.US_ASCII);
        assertThat(answer(TRUSTED, broken, REQUEST)).doesNotContain("from ");
    }
}
