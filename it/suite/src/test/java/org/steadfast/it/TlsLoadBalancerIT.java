package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.it.harness.Authority;
import org.steadfast.it.harness.ClusterLayout;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Haproxy;
import org.steadfast.it.harness.RestClient;
import org.steadfast.protocol.type.Value;
import org.steadfast.simulator.AppKey;
import org.steadfast.simulator.Device;
import org.steadfast.simulator.DeviceNetwork;
import org.steadfast.simulator.DeviceSettings;
import org.steadfast.simulator.PropertyUpdate;
import org.steadfast.simulator.RequestRefusedException;
import org.steadfast.simulator.ServerAddress;

/** A real HAProxy in front of a cluster that speaks TLS, with the configuration that the distribution makes. Guarantee G10. */
final class TlsLoadBalancerIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static Authority authority;
    private static ClusterUnderTest cluster;
    private static String balancerCertificate;

    @BeforeAll
    static void startCluster() throws Exception {
        authority = Authority.create();
        authority.issue("node");
        authority.issue("balancer");
        balancerCertificate = authority.bundle("balancer").toString();
        cluster = ClusterUnderTest.create(
                ClusterLayout.of(1, 1).withSetting("ConnectionServerSettings.TrustedProxies", "127.0.0.1"),
                authority.cluster("node"));
        cluster.startAll();
    }

    @AfterAll
    static void endCluster() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
        authority.close();
    }

    /** In front of the cluster's nodes, in whose certificates it looks for a name. */
    private static Haproxy haproxy(Path nodesAuthority, String name, String... more) throws Exception {
        List<String> options = new ArrayList<>(List.of(
                "--foundation-node=f1=" + cluster.foundationNodes().get(0).address() + "," + name,
                "--connection-server=c1=" + cluster.connectionServers().get(0).address() + "," + name,
                "--backend-ca=" + nodesAuthority,
                "--rest-certificate=" + balancerCertificate));
        options.addAll(List.of(more));
        return Haproxy.start(cluster, options);
    }

    private static RestClient user(Haproxy haproxy) {
        return new RestClient(
                haproxy.rest(), cluster.deviceKey().text(), Duration.ofSeconds(20), authority.transport());
    }

    private static int status(Haproxy haproxy) throws InterruptedException {
        try {
            return user(haproxy).get("Things").status();
        } catch (IOException e) {
            // It does not listen yet.
            return 0;
        }
    }

    private static String servedBy(String address) throws IOException {
        String[] parts = address.split(":", 2);
        try (SSLSocket socket = (SSLSocket) authority
                .transport()
                .tls()
                .orElseThrow()
                .getSocketFactory()
                .createSocket(parts[0], Integer.parseInt(parts[1]))) {
            socket.setSoTimeout(10_000);
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    /** A device pushes a value by wss, and a user reads it by https. */
    private static void pushAndRead(Haproxy haproxy, String thing) throws Exception {
        RestClient user = user(haproxy);
        assertThat(user.put(
                                "Things",
                                "{\"name\": \"" + thing + "\", \"thingTemplate\": \"RemoteThing\","
                                        + " \"propertyDefinitions\": {\"p1\": {\"baseType\": \"NUMBER\"}}}")
                        .status())
                .isEqualTo(200);
        DeviceSettings settings = DeviceSettings.of(ServerAddress.parse(haproxy.devices()), cluster.deviceKey(), thing);
        try (DeviceNetwork network = DeviceNetwork.start(authority.transport());
                Device device = Device.connect(network, settings).get(20, TimeUnit.SECONDS)) {
            device.pushProperties(List.of(PropertyUpdate.of("p1", Value.number(7))))
                    .get(10, TimeUnit.SECONDS);
            assertThat(user.get("Things/" + thing + "/Properties/p1")
                            .json()
                            .path("rows")
                            .path(0)
                            .path("p1")
                            .asDouble())
                    .isEqualTo(7);
        }
    }

    @Test
    void usersAndDevicesSpeakTlsWithItAndItWithTheNodes() throws Exception {
        try (Haproxy haproxy = haproxy(
                authority.certificateFile(), Authority.HOST_NAME, "--devices-certificate=" + balancerCertificate)) {
            await().atMost(SOON).until(() -> status(haproxy) == 200);
            assertThat(servedBy(haproxy.rest())).isEqualTo("CN=balancer");
            assertThat(servedBy(haproxy.devices())).isEqualTo("CN=balancer");
            pushAndRead(haproxy, "ThroughTwoSessions");
        }
    }

    @Test
    void devicesSpeakTlsWithTheirServerWhereItHasNoCertificateForThem() throws Exception {
        try (Haproxy haproxy = haproxy(authority.certificateFile(), Authority.HOST_NAME)) {
            await().atMost(SOON).until(() -> status(haproxy) == 200);
            assertThat(servedBy(haproxy.devices())).isEqualTo("CN=node");
            pushAndRead(haproxy, "ThroughOneSession");
        }
    }

    /** As two machines, one of which a key is for. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theirServersKnowWhereDevicesComeFrom(boolean endsTls) throws Exception {
        InetAddress itsAddress = InetAddress.getByName("127.0.0.9");
        String thing = "From9" + endsTls;
        List<String> more = new ArrayList<>(List.of("--proxy-protocol"));
        if (endsTls) {
            more.add("--devices-certificate=" + balancerCertificate);
        }
        try (Haproxy haproxy = haproxy(authority.certificateFile(), Authority.HOST_NAME, more.toArray(String[]::new))) {
            await().atMost(SOON).until(() -> status(haproxy) == 200);
            pushAndRead(haproxy, thing);
            RestClient.Answer made = user(haproxy)
                    .post(
                            "Resources/EntityServices/Services/CreateApplicationKey",
                            "{\"name\": \"" + thing + "Key\", \"allowedAddresses\": [\"127.0.0.9\"]}");
            assertThat(made.status()).isEqualTo(200);
            AppKey key = new AppKey(made.json().at("/rows/0/result").asText());
            DeviceSettings settings = DeviceSettings.of(ServerAddress.parse(haproxy.devices()), key, thing);
            try (DeviceNetwork its = DeviceNetwork.start(authority.transport(), itsAddress);
                    DeviceNetwork others = DeviceNetwork.start(authority.transport())) {
                Device.connect(its, settings).get(20, TimeUnit.SECONDS).close();
                assertThatThrownBy(() -> Device.connect(others, settings).get(20, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(RequestRefusedException.class);
            }
        }
    }

    @Test
    void nothingIsPassedToNodesOfAForeignAuthority() throws Exception {
        try (Authority foreign = Authority.create();
                Haproxy haproxy = haproxy(foreign.certificateFile(), Authority.HOST_NAME)) {
            await().atMost(SOON).until(() -> status(haproxy) == 503);
        }
    }

    @Test
    void nothingIsPassedToNodesOfAnotherName() throws Exception {
        try (Haproxy haproxy = haproxy(authority.certificateFile(), "other.steadfast.example")) {
            await().atMost(SOON).until(() -> status(haproxy) == 503);
        }
    }

    @Test
    void usersWhoSpeakPlainAreSentOnOrRefused() throws Exception {
        String redirecting = "127.0.0.1:" + Haproxy.freePort();
        String refusing = "127.0.0.1:" + Haproxy.freePort();
        try (Haproxy haproxy = haproxy(
                authority.certificateFile(),
                Authority.HOST_NAME,
                "--redirect-plain=" + redirecting,
                "--refuse-plain=" + refusing)) {
            await().atMost(SOON).until(() -> status(haproxy) == 200);
            HttpResponse<String> redirected = plain(redirecting);
            assertThat(redirected.statusCode()).isEqualTo(308);
            assertThat(redirected.headers().firstValue("Location"))
                    .contains("https://" + haproxy.rest() + "/Thingworx/Things?maxItems=1");
            HttpResponse<String> refused = plain(refusing);
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body()).contains("https");
        }
    }

    private static HttpResponse<String> plain(String address) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + address + "/Thingworx/Things?maxItems=1"))
                                .timeout(Duration.ofSeconds(10))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
