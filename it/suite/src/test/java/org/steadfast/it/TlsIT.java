package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.steadfast.it.harness.Authority;
import org.steadfast.it.harness.ClusterLayout;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;
import org.steadfast.protocol.type.Value;
import org.steadfast.simulator.Device;
import org.steadfast.simulator.DeviceNetwork;
import org.steadfast.simulator.DeviceSettings;
import org.steadfast.simulator.PropertyUpdate;

/** A cluster that speaks TLS on every port but the database's, with certificates on both sides between its nodes. Guarantee G10. */
final class TlsIT {
    private static Authority authority;
    private static ClusterUnderTest cluster;

    @BeforeAll
    static void startCluster() throws Exception {
        authority = Authority.create();
        authority.issue("node");
        authority.issue("renewed");
        cluster = ClusterUnderTest.create(ClusterLayout.of(2, 1).withCoordinators(3), authority.cluster("node"));
        cluster.startAll();
    }

    @AfterAll
    static void endCluster() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
        authority.close();
    }

    private static Node foundationNode() {
        return cluster.foundationNodes().get(0);
    }

    private static Node connectionServer() {
        return cluster.connectionServers().get(0);
    }

    private static void put(String thing) throws Exception {
        assertThat(cluster.rest(foundationNode())
                        .put(
                                "Things",
                                "{\"name\": \"" + thing + "\", \"thingTemplate\": \"RemoteThing\","
                                        + " \"propertyDefinitions\": {\"p1\": {\"baseType\": \"NUMBER\"}}}")
                        .status())
                .isEqualTo(200);
    }

    private static double read(String thing) throws Exception {
        return cluster.rest(foundationNode())
                .get("Things/" + thing + "/Properties/p1")
                .json()
                .path("rows")
                .path(0)
                .path("p1")
                .asDouble();
    }

    /** To the node that no test restarts. */
    private static long openedLinks() throws IOException {
        String opened =
                "Link to " + foundationNode().id() + " at " + foundationNode().address() + " is open";
        return connectionServer()
                .output()
                .lines()
                .filter(line -> line.contains(opened))
                .count();
    }

    private static String servedBy(Node node) throws IOException {
        String[] address = node.address().split(":", 2);
        try (SSLSocket socket = (SSLSocket) authority
                .transport()
                .tls()
                .orElseThrow()
                .getSocketFactory()
                .createSocket(address[0], Integer.parseInt(address[1]))) {
            socket.setSoTimeout(10_000);
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    @Test
    void aDevicesValueGoesInByWssAndOutByHttpsWhileTheCertificateIsReplaced() throws Exception {
        put("Pump1");
        DeviceSettings settings = DeviceSettings.of(cluster.deviceServers().get(0), cluster.deviceKey(), "Pump1");
        try (DeviceNetwork network = DeviceNetwork.start(authority.transport());
                Device device = Device.connect(network, settings).get(20, TimeUnit.SECONDS)) {
            device.pushProperties(List.of(PropertyUpdate.of("p1", Value.number(1))))
                    .get(10, TimeUnit.SECONDS);
            assertThat(read("Pump1")).isEqualTo(1);

            long opened = openedLinks();
            assertThat(servedBy(connectionServer())).isEqualTo("CN=node");
            authority.replace("node", "renewed");
            for (Node node : List.of(foundationNode(), connectionServer())) {
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> servedBy(node).equals("CN=renewed"));
            }
            // Over the same connections as before: a device that was cut off would have to be connected anew.
            device.pushProperties(List.of(PropertyUpdate.of("p1", Value.number(2))))
                    .get(10, TimeUnit.SECONDS);
            assertThat(read("Pump1")).isEqualTo(2);
            assertThat(opened).isPositive();
            assertThat(openedLinks()).isEqualTo(opened);
        }
        assertThat(cluster.rest(foundationNode()).get("Metrics").body())
                .containsPattern("steadfast_tls_reloads_total\\{[^}]*result=\"taken\"[^}]*} [1-9]")
                .contains("steadfast_tls_certificate_remaining_seconds{");
    }

    @Test
    void aLinkWithoutACertificateIsRefusedWhateverKeyItShows() {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(authority.transport().tls().orElseThrow())
                .build();
        URI uri = URI.create("wss://" + foundationNode().address() + "/Thingworx/Link");
        assertThatThrownBy(() -> client.newWebSocketBuilder()
                        .buildAsync(uri, new WebSocket.Listener() {})
                        .get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(WebSocketHandshakeException.class)
                .extracting(failure -> ((WebSocketHandshakeException) failure.getCause())
                        .getResponse()
                        .statusCode())
                .isEqualTo(403);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> foundationNode().output().contains("was refused: it showed no certificate"));
    }

    /** What they say to each other holds every value; whoever could speak there could write any. */
    @Test
    void foundationNodesTakeNobodysWordWithoutACertificate() throws Exception {
        put("Pump2");
        Node other = cluster.foundationNodes().get(1);
        assertThat(cluster.rest(foundationNode())
                        .put("Things/Pump2/Properties/p1", "{\"p1\": 5}")
                        .status())
                .isEqualTo(200);
        assertThat(cluster.rest(other).get("Things/Pump2/Properties/p1").body()).contains("\"p1\":5");

        int port = cluster.statePorts().get(0);
        try (Socket plain = new Socket("127.0.0.1", port)) {
            plain.setSoTimeout(10_000);
            // The first thing that nodes send each other over a plain connection is who they are; here nothing comes
            // but an end.
            plain.getOutputStream().write(new byte[64]);
            assertEnds(plain, "");
        }
        try (SSLSocket stranger = (SSLSocket)
                authority.transport().tls().orElseThrow().getSocketFactory().createSocket("127.0.0.1", port)) {
            stranger.setSoTimeout(10_000);
            assertEnds(stranger, "");
        }

        // One that comes back is taken in.
        other.kill();
        other.start();
        await().atMost(Duration.ofSeconds(60)).until(other::isReady);
        assertThat(cluster.rest(other).get("Things/Pump2/Properties/p1").body()).contains("\"p1\":5");
    }

    /** Whoever could speak there could end every node's registration. */
    @Test
    void coordinatorsTakeNobodysWordWithoutACertificate() throws Exception {
        for (Node coordinator : cluster.coordinators()) {
            String[] address = coordinator.address().split(":", 2);
            int port = Integer.parseInt(address[1]);
            try (Socket plain = new Socket(address[0], port)) {
                plain.setSoTimeout(10_000);
                plain.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
                plain.shutdownOutput();
                assertThat(new String(plain.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .doesNotContain("Mode");
            }
            try (SSLSocket stranger = (SSLSocket)
                    authority.transport().tls().orElseThrow().getSocketFactory().createSocket(address[0], port)) {
                stranger.setSoTimeout(10_000);
                assertEnds(stranger, "srvr");
            }
        }
    }

    @Test
    void theCoordinatorLosesItsLeaderAndNodesGoOnAndComeBack() throws Exception {
        put("Pump3");
        Node leader = cluster.coordinatorLeader().orElseThrow();
        leader.kill();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> cluster.coordinatorLeader().isPresent());
        assertThat(cluster.rest(foundationNode())
                        .put("Things/Pump3/Properties/p1", "{\"p1\": 7}")
                        .status())
                .isEqualTo(200);
        Node other = cluster.foundationNodes().get(1);
        other.kill();
        other.start();
        await().atMost(Duration.ofSeconds(60)).until(other::isReady);
        assertThat(cluster.rest(other).get("Things/Pump3/Properties/p1").body()).contains("\"p1\":7");
        leader.start();
        await().atMost(Duration.ofSeconds(60)).until(leader::isReady);
    }

    /** Either way of being refused will do: a reset is one, too, and it may come before anything was said. */
    private static void assertEnds(Socket socket, String words) {
        int read;
        try {
            socket.getOutputStream().write(words.getBytes(StandardCharsets.US_ASCII));
            read = socket.getInputStream().read();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the node goes on listening", e);
        } catch (IOException e) {
            return;
        }
        assertThat(read).isEqualTo(-1);
    }

    @Test
    void theSimulatorSpeaksTlsWithTheAuthorityThatItIsGiven() throws Exception {
        ProcessBuilder command = new ProcessBuilder(
                cluster.distribution().home().resolve("bin/device-simulator").toString(),
                "--server=" + connectionServer().address(),
                "--create-things=" + foundationNode().address(),
                "--verify=" + foundationNode().address(),
                "--ca=" + authority.certificateFile(),
                "--prefix=tlsSim",
                "--devices=5",
                "--messages=3");
        command.environment()
                .putAll(Map.of("STEADFAST_APP_KEY", cluster.deviceKey().text()));
        Process process = command.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
