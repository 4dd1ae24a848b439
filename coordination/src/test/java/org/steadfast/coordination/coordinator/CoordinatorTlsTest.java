package org.steadfast.coordination.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.coordination.FreePorts;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.coordination.settings.ClusterSettings;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.coordination.tls.CoordinatorTlsSettings;
import org.steadfast.coordination.tls.NodeTls;
import org.steadfast.coordination.tls.TestAuthority;
import org.steadfast.coordination.tls.TlsSample;
import org.steadfast.coordination.tls.TlsSettings;

/** Coordinators that speak TLS, in one process for the test's sake; so all of them have the same certificate. */
@Timeout(180)
class CoordinatorTlsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofSeconds(2);

    @TempDir
    private Path folder;

    private final Properties before = new Properties();
    private final List<TestCoordinator> servers = new ArrayList<>();
    private final List<NodeTls> opened = new ArrayList<>();
    private TestAuthority authority;
    private Path certificate;

    @BeforeEach
    void issue() throws Exception {
        // ZooKeeper's server takes part of its configuration to the whole process.
        before.putAll(System.getProperties());
        authority = new TestAuthority(folder, "authority");
        certificate = authority.issue("node", "ip:127.0.0.1", "EC", 10);
    }

    @AfterEach
    void stop() throws IOException {
        for (TestCoordinator server : servers) {
            server.stop();
        }
        opened.forEach(NodeTls::close);
        System.setProperties(before);
    }

    private TlsSettings settings(Path shown, TestAuthority trusted) throws Exception {
        return TlsSample.of(Map.of(
                "Enabled",
                true,
                "KeyStoreFilePath",
                shown,
                "KeyStorePassword",
                TestAuthority.PASSWORD,
                "TrustStoreFilePath",
                trusted.certificate()));
    }

    private NodeTls open(TlsSettings settings) throws Exception {
        NodeTls tls = NodeTls.open(
                settings, new CoordinatorTlsSettings(true, folder.resolve("copies")), new SimpleMeterRegistry());
        opened.add(tls);
        return tls;
    }

    private TestCoordinator lone(NodeTls tls) throws NodeFailure {
        TestCoordinator server = new TestCoordinator(
                TestCoordinator.settings(folder.resolve("lone"), FreePorts.next(), 1, List.of()),
                tls.withCoordinators());
        servers.add(server);
        return server.start();
    }

    private ClusterSettings cluster(Duration patience) {
        return new ClusterSettings(
                "node1",
                servers.stream()
                        .map(server -> "127.0.0.1:" + server.settings().clientPort())
                        .collect(Collectors.toList()),
                "steadfast",
                Duration.ofSeconds(4),
                patience,
                new Secret("key"));
    }

    @Test
    void anEnsembleServesOverTlsAlone() throws Exception {
        TlsSettings settings = settings(certificate, authority);
        NodeTls tls = open(settings);
        Optional<SSLContext> shown = Optional.of(NodeTls.context(settings));
        List<String> ensemble = startEnsemble(tls);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(servers.stream().map(server -> server.mode(shown)))
                        .containsExactlyInAnyOrder("follower", "follower", "leader"));
        assertThat(servers.get(0).mode()).isEmpty();
        // Election ports of all, and the port of the leader's followers.
        for (String member : ensemble) {
            int electionPort = Integer.parseInt(member.substring(member.lastIndexOf(':') + 1));
            assertThat(subjectAt(electionPort, shown.get())).isEqualTo("CN=node");
        }

        try (CoordinatorClient client = CoordinatorClient.connect(cluster(PATIENCE), tls.withCoordinators())) {
            client.curator().create().forPath("/written", new byte[] {1});
            TestCoordinator leader = servers.stream()
                    .filter(server -> server.mode(shown).equals("leader"))
                    .findFirst()
                    .orElseThrow();
            leader.stop();
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(client.curator().getData().forPath("/written"))
                            .containsExactly(1));
        }
    }

    private List<String> startEnsemble(NodeTls tls) throws NodeFailure {
        servers.addAll(TestCoordinator.ensemble(folder, tls.withCoordinators()));
        for (TestCoordinator server : servers) {
            server.start();
        }
        return servers.get(0).settings().ensemble();
    }

    /** They would find each other within some seconds. */
    @Test
    void serversOfOtherNamesDoNotFindEachOther() throws Exception {
        // A name server may well say so of the address, which proves nothing.
        TlsSettings misnamed = settings(authority.issue("misnamed", "dns:localhost", "EC", 10), authority);
        startEnsemble(open(misnamed));
        await().during(Duration.ofSeconds(8)).atMost(PATIENCE).untilAsserted(() -> {
            for (TestCoordinator server : servers) {
                assertThat(anyName(server, misnamed)).isEmpty();
            }
        });
    }

    /** What a server says of itself to who does not look for its name. */
    private static String anyName(TestCoordinator server, TlsSettings shown) throws Exception {
        try (SSLSocket socket = (SSLSocket) NodeTls.context(shown)
                .getSocketFactory()
                .createSocket("127.0.0.1", server.settings().clientPort())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.contains("Mode: ") ? answer : "";
        }
    }

    private static String subjectAt(int port, SSLContext shown) throws IOException {
        try (SSLSocket socket = (SSLSocket) shown.getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    @Test
    void nobodyGetsInWithoutACertificateOfTheAuthority() throws Exception {
        NodeTls tls = open(settings(certificate, authority));
        lone(tls);
        TestAuthority other = new TestAuthority(folder, "other");
        // It trusts the coordinator's authority, but shows a certificate of another.
        NodeTls stranger = open(settings(other.issue("stranger", "ip:127.0.0.1", "EC", 10), authority));

        assertThatThrownBy(() -> CoordinatorClient.connect(cluster(SHORT), stranger.withCoordinators()))
                .isInstanceOf(NodeFailure.class)
                .hasMessageContaining("did not answer within 2 s, with TLS");
        assertThatThrownBy(() -> CoordinatorClient.connect(cluster(SHORT)))
                .isInstanceOf(NodeFailure.class)
                .hasMessageContaining("did not answer within 2 s, without TLS");
        try (CoordinatorClient client = CoordinatorClient.connect(cluster(PATIENCE), tls.withCoordinators())) {
            assertThat(client.curator().checkExists().forPath("/")).isNotNull();
        }
    }

    @Test
    void aCoordinatorWithAnotherNameInItsCertificateIsNotSpokenWith() throws Exception {
        TlsSettings misnamed = settings(authority.issue("misnamed", "dns:elsewhere.example", "EC", 10), authority);
        NodeTls tls = open(misnamed);
        TestCoordinator server = lone(tls);

        assertThatThrownBy(() -> CoordinatorClient.connect(cluster(SHORT), tls.withCoordinators()))
                .isInstanceOf(NodeFailure.class);
        assertThatThrownBy(() -> CoordinatorHealth.mode(
                        "127.0.0.1", server.settings().clientPort(), PATIENCE, Optional.of(NodeTls.context(misnamed))))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("127.0.0.1");
    }

    @Test
    void aCertificateOfAnotherAuthorityComesInWhileServerAndClientRun() throws Exception {
        Path trust = authority.certificate();
        NodeTls tls = open(settings(certificate, authority));
        TestCoordinator server = lone(tls);
        TestAuthority next = new TestAuthority(folder, "next");
        TlsSettings ofNext = settings(next.issue("renewed", "ip:127.0.0.1", "EC", 10), next);
        Optional<SSLContext> shown = Optional.of(NodeTls.context(ofNext));
        try (CoordinatorClient client = CoordinatorClient.connect(cluster(PATIENCE), tls.withCoordinators())) {
            client.curator().create().forPath("/written", new byte[] {1});
            assertThat(server.mode(shown)).isEmpty();

            TestAuthority.replace(trust, next.certificate());
            TestAuthority.replace(certificate, folder.resolve("renewed.p12"));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(server.mode(shown)).isEqualTo("standalone"));
            // A session that began with the earlier certificate goes on, in a connection with the new one.
            long session = client.curator().getZookeeperClient().getZooKeeper().getSessionId();
            server.stop();
            server.start();
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(client.curator().getData().forPath("/written"))
                            .containsExactly(1));
            assertThat(client.curator().getZookeeperClient().getZooKeeper().getSessionId())
                    .isEqualTo(session);
        }
    }

    @Test
    void copiesAreForOneProcessAndItsUserAndGoWithIt() throws Exception {
        NodeTls first = open(settings(certificate, authority));
        NodeTls second = open(settings(certificate, authority));
        Path ofFirst = first.withCoordinators().orElseThrow().keyStore();
        Path ofSecond = second.withCoordinators().orElseThrow().keyStore();
        assertThat(ofFirst).isNotEqualTo(ofSecond);
        assertThat(first.withCoordinators().orElseThrow().password())
                .isNotEqualTo(second.withCoordinators().orElseThrow().password());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ofFirst.getParent())))
                .isEqualTo("rwx------");

        first.close();
        assertThat(ofFirst).doesNotExist();
        assertThat(ofSecond).exists();
        assertThat(open(settings(certificate, authority))
                        .withCoordinators()
                        .orElseThrow()
                        .keyStore())
                .isEqualTo(ofFirst);
    }

    @Test
    void withoutAnAuthorityNobodyIsSpokenWith() throws Exception {
        assertThatThrownBy(() -> open(TlsSample.listener(certificate)))
                .isInstanceOf(NodeFailure.class)
                .hasMessageContaining("CoordinatorTlsSettings.Enabled is true")
                .hasMessageContaining("TrustStoreFilePath");
    }

    @Test
    void aFolderForCopiesThatCannotBeMadeIsNamed() throws Exception {
        Files.write(folder.resolve("copies"), "a file".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> open(settings(certificate, authority)))
                .isInstanceOf(NodeFailure.class)
                .hasMessageContaining(folder.resolve("copies").toString())
                .hasMessageContaining("CoordinatorTlsSettings.CopiesFolder");
    }
}
