package org.steadfast.coordination.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.coordination.chassis.Listening;
import org.steadfast.coordination.chassis.NodeHttpServer;
import org.steadfast.coordination.chassis.NodeIdentity;
import org.steadfast.coordination.chassis.NodeMetrics;
import org.steadfast.coordination.chassis.Readiness;

@Timeout(60)
class NodeTlsTest {
    @TempDir
    private static Path folder;

    private static TestAuthority authority;
    private static Path first;
    private static Path second;
    /** Trusts the authority and shows nothing. */
    private static SSLContext user;

    private final NodeMetrics metrics = new NodeMetrics("foundation node", "foundation1");
    private Path served;
    private NodeTls tls;
    private NodeHttpServer server;

    @BeforeAll
    static void issue() throws Exception {
        authority = new TestAuthority(folder, "authority");
        first = authority.issue("first", "dns:localhost", "EC", 90);
        second = authority.issue("second", "dns:localhost", "RSA", 20);
        user = LoadedTls.of(new TlsFiles(TlsSample.of(Map.of("TrustStoreFilePath", authority.certificate()))).read())
                .context();
    }

    @BeforeEach
    void copy() throws IOException {
        served = folder.resolve("served.p12");
        TestAuthority.replace(served, first);
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            server.stop();
        }
        if (tls != null) {
            tls.close();
        }
        metrics.close();
    }

    private void start(TlsSettings settings) throws Exception {
        tls = NodeTls.open(settings, metrics.registry());
        server = new NodeHttpServer(
                new NodeIdentity("foundation node", "foundation1"),
                new Readiness(),
                metrics,
                Listening.plain("127.0.0.1", 0, "Port", 8).with(tls.server()));
        server.start(List.of(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                String shown = ShownCertificate.of(request)
                        .map(certificate ->
                                certificate.getSubjectX500Principal().getName())
                        .orElse("nobody");
                Content.Sink.write(response, true, request.getHttpURI().getScheme() + " " + shown, callback);
                return true;
            }
        }));
    }

    private String get(SSLContext client) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + "/"))
                .timeout(Duration.ofSeconds(10))
                .build();
        return HttpClient.newBuilder()
                .sslContext(client)
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private SSLSocket connect() throws Exception {
        SSLSocket socket = (SSLSocket) user.getSocketFactory().createSocket("localhost", server.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private String servedNow() throws Exception {
        try (SSLSocket socket = connect()) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    /** Whoever asks for the context once shows and demands what is there now. */
    @Test
    void betweenFoundationNodesTheCertificateIsThatOfTheMoment() throws Exception {
        tls = NodeTls.open(between(authority.certificate()), metrics.registry());
        SSLContext context = tls.betweenFoundationNodes().orElseThrow();
        assertThat(shownBetween(context, context)).isEqualTo("CN=first");
        assertThatThrownBy(() -> shownBetween(context, user)).isInstanceOf(IOException.class);

        TestAuthority.replace(served, second);
        await().until(() -> reloads("taken") == 1);
        assertThat(shownBetween(context, context)).isEqualTo("CN=second");
    }

    /** Also who has been let in before, and shows what was good then. */
    @Test
    void betweenFoundationNodesNobodyGetsInWhoIsNotTrustedAnyMore() throws Exception {
        Path trusted = folder.resolve("trusted.pem");
        Files.copy(authority.certificate(), trusted, StandardCopyOption.REPLACE_EXISTING);
        tls = NodeTls.open(between(trusted), metrics.registry());
        try (NodeTls other = NodeTls.open(between(authority.certificate()), new SimpleMeterRegistry())) {
            SSLContext listening = tls.betweenFoundationNodes().orElseThrow();
            SSLContext stranger = other.betweenFoundationNodes().orElseThrow();
            assertThat(shownBetween(listening, stranger)).isEqualTo("CN=first");

            TestAuthority foreign = new TestAuthority(folder, "trustedLater");
            Files.copy(foreign.certificate(), trusted, StandardCopyOption.REPLACE_EXISTING);
            await().until(() -> reloads("taken") == 1);
            await().untilAsserted(() ->
                    assertThatThrownBy(() -> shownBetween(listening, stranger)).isInstanceOf(IOException.class));
        }
    }

    private TlsSettings between(Path trusted) throws Exception {
        return TlsSample.of(Map.of(
                "Enabled",
                true,
                "KeyStoreFilePath",
                served,
                "KeyStorePassword",
                TestAuthority.PASSWORD,
                "TrustStoreFilePath",
                trusted,
                "BetweenFoundationNodes",
                true));
    }

    @Test
    void betweenFoundationNodesNothingIsSpokenUnlessItIsSaid() throws Exception {
        tls = NodeTls.open(TlsSample.listener(served), metrics.registry());
        assertThat(tls.betweenFoundationNodes()).isEmpty();
    }

    /** What the one that connects shows to the one that listens, which demands something. */
    private static String shownBetween(SSLContext listening, SSLContext connecting) throws Exception {
        try (SSLServerSocket listener = (SSLServerSocket)
                listening.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listener.setNeedClientAuth(true);
            listener.setSoTimeout(10_000);
            CompletableFuture<String> shown = new CompletableFuture<>();
            Thread taking = new Thread(() -> {
                try (SSLSocket socket = (SSLSocket) listener.accept()) {
                    socket.setSoTimeout(10_000);
                    socket.startHandshake();
                    shown.complete(((X509Certificate) socket.getSession().getPeerCertificates()[0])
                            .getSubjectX500Principal()
                            .getName());
                    socket.getOutputStream().write(1);
                } catch (IOException e) {
                    shown.completeExceptionally(e);
                }
            });
            taking.start();
            try (SSLSocket socket = (SSLSocket) connecting
                    .getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), listener.getLocalPort())) {
                socket.setSoTimeout(10_000);
                socket.startHandshake();
                if (socket.getInputStream().read() != 1) {
                    throw new IOException("refused");
                }
            } finally {
                taking.join();
            }
            return shown.get(10, TimeUnit.SECONDS);
        }
    }

    private double reloads(String result) {
        return metrics.registry()
                .get("steadfast.tls.reloads")
                .tag("result", result)
                .counter()
                .count();
    }

    private double gauge(String name) {
        return metrics.registry().get(name).gauge().value();
    }

    @Test
    void httpsIsAnsweredWithTls13And12() throws Exception {
        start(TlsSample.listener(served));
        assertThat(get(user)).isEqualTo("https nobody");
        for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
            try (SSLSocket socket = connect()) {
                socket.setEnabledProtocols(new String[] {protocol});
                socket.startHandshake();
                assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
            }
        }
    }

    /** Sent as bytes, because this side's Java would not offer it: a ClientHello that knows nothing newer than TLS 1.1. */
    @Test
    void tls11IsRefused() throws Exception {
        start(TlsSample.listener(served));
        byte[] hello = new byte[5 + 4 + 41];
        hello[0] = 22;
        hello[1] = 3;
        hello[2] = 1;
        hello[4] = 45;
        hello[5] = 1;
        hello[8] = 41;
        hello[9] = 3;
        hello[10] = 2;
        // After 32 random bytes and an empty session id: one cipher suite, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA.
        hello[45] = 2;
        hello[46] = (byte) 0xC0;
        hello[47] = 0x13;
        hello[48] = 1;
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(hello);
            // A fatal alert (21, 2): protocol_version (70).
            byte[] alert = socket.getInputStream().readNBytes(7);
            assertThat(alert).hasSize(7);
            assertThat(new int[] {alert[0], alert[5], alert[6]}).containsExactly(21, 2, 70);
        }
    }

    @Test
    void plainHttpIsRefusedAndHarmsNobody() throws Exception {
        start(TlsSample.listener(served));
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("GET /Thingworx/health HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            try (InputStream in = socket.getInputStream()) {
                assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
                        .doesNotContain("HTTP/1.1 200");
            }
        }
        assertThat(get(user)).isEqualTo("https nobody");
    }

    @Test
    void aReplacedCertificateIsServedAndOpenConnectionsStay() throws Exception {
        start(TlsSample.listener(served));
        try (SSLSocket open = connect()) {
            open.startHandshake();
            assertThat(gauge("steadfast.tls.certificate.remaining"))
                    .isBetween(
                            Duration.ofDays(88).toSeconds() * 1.0,
                            Duration.ofDays(90).toSeconds() * 1.0);
            TestAuthority.replace(served, second);
            await().until(() -> servedNow().equals("CN=second"));
            open.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(open.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200 ");
        }
        assertThat(reloads("taken")).isEqualTo(1);
        assertThat(gauge("steadfast.tls.certificate.remaining"))
                .isBetween(
                        Duration.ofDays(18).toSeconds() * 1.0,
                        Duration.ofDays(20).toSeconds() * 1.0);
    }

    @Test
    void aBrokenFileKeepsTheOldCertificateAndIsReportedOnce() throws Exception {
        start(TlsSample.listener(served));
        Files.writeString(served, "broken");
        await().until(() -> reloads("refused") == 1 && gauge("steadfast.tls.files.unusable") == 1);
        await().during(Duration.ofMillis(400)).until(() -> reloads("refused") == 1);
        assertThat(servedNow()).isEqualTo("CN=first");
        Files.delete(served);
        await().until(() -> reloads("refused") == 2);
        assertThat(servedNow()).isEqualTo("CN=first");
        TestAuthority.replace(served, second);
        await().until(() -> servedNow().equals("CN=second"));
        assertThat(gauge("steadfast.tls.files.unusable")).isZero();
    }

    @Test
    void aClientsCertificateIsWantedOnlyWhereLinksNeedIt() throws Exception {
        SSLContext shows = client(second, authority);
        start(TlsSample.listener(served));
        assertThat(get(shows)).isEqualTo("https nobody");
        server.stop();
        tls.close();
        start(TlsSample.of(Map.of(
                "Enabled",
                true,
                "KeyStoreFilePath",
                served,
                "KeyStorePassword",
                TestAuthority.PASSWORD,
                "TrustStoreFilePath",
                authority.certificate(),
                "RequireLinkCertificate",
                true)));
        assertThat(get(user)).isEqualTo("https nobody");
        assertThat(get(shows)).isEqualTo("https CN=second");
    }

    @Test
    void aCertificateOfAnotherAuthorityIsNeverTakenForAVerifiedOne() throws Exception {
        TestAuthority foreign = new TestAuthority(folder, "foreign");
        SSLContext shows = client(foreign.issue("stranger", "dns:localhost", "EC", 90), authority);
        start(TlsSample.of(Map.of(
                "Enabled",
                true,
                "KeyStoreFilePath",
                served,
                "KeyStorePassword",
                TestAuthority.PASSWORD,
                "TrustStoreFilePath",
                authority.certificate(),
                "RequireLinkCertificate",
                true)));
        // Java shows none where it has none of an authority that the server names.
        assertThat(get(shows)).isEqualTo("https nobody");
    }

    @Test
    void anotherAuthoritysServerIsRefused() throws Exception {
        TestAuthority foreign = new TestAuthority(folder, "foreign2");
        start(TlsSample.listener(foreign.issue("impostor", "dns:localhost", "EC", 90)));
        assertThatThrownBy(() -> get(user)).isInstanceOf(SSLException.class);
    }

    @Test
    void whatRemainsIsCountedByTheClock() throws Exception {
        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(100));
        tls = NodeTls.open(TlsSample.listener(served), CoordinatorTlsSettings.off(), metrics.registry(), later);
        assertThat(gauge("steadfast.tls.certificate.remaining")).isNegative();
    }

    private static SSLContext client(Path keyStore, TestAuthority trusted) throws Exception {
        TlsSettings settings = TlsSample.of(Map.of(
                "KeyStoreFilePath",
                keyStore,
                "KeyStorePassword",
                TestAuthority.PASSWORD,
                "TrustStoreFilePath",
                trusted.certificate()));
        return LoadedTls.of(new TlsFiles(settings).read()).context();
    }
}
