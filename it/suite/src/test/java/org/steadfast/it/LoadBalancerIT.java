package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Haproxy;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.shared.OnCluster;
import org.steadfast.simulator.Device;
import org.steadfast.simulator.DeviceNetwork;
import org.steadfast.simulator.DeviceSettings;
import org.steadfast.simulator.ServerAddress;

/** A real HAProxy with the configuration that the distribution makes. Guarantee G6. */
@OnCluster(foundationNodes = 2, connectionServers = 2)
final class LoadBalancerIT {
    private static final int ADDRESSES = 12;
    private static final String HANDSHAKE = """
            GET /Thingworx/WS HTTP/1.1\r
            Host: 127.0.0.1\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r
            \r
            """;

    private static ClusterUnderTest cluster;
    private static Haproxy haproxy;

    @BeforeAll
    static void start(ClusterUnderTest shared) throws Exception {
        cluster = shared;
        haproxy = Haproxy.start(cluster);
        RestClient rest = user();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            try {
                return rest.get("Things").status() == 200;
            } catch (IOException e) {
                // It does not listen yet.
                return false;
            }
        });
    }

    @AfterAll
    static void end() throws Exception {
        if (haproxy != null) {
            haproxy.close();
        }
    }

    private static RestClient user() {
        return new RestClient(haproxy.rest(), cluster.deviceKey().text(), Duration.ofSeconds(20));
    }

    @Test
    void readersDoNotNoticeThatANodeIsStoppedAndStarted() throws Exception {
        Node stopped = cluster.foundationNodes().get(1);
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<List<String>> reading = CompletableFuture.supplyAsync(() -> read(over));
        assertThat(stopped.stop()).isZero();
        stopped.start();
        stopped.awaitReady(Duration.ofSeconds(120));
        over.set(true);
        assertThat(reading.get(60, TimeUnit.SECONDS))
                .as("answers other than 200")
                .isEmpty();
    }

    private static List<String> read(AtomicBoolean over) {
        RestClient rest = user();
        List<String> others = new ArrayList<>();
        try {
            while (!over.get()) {
                RestClient.Answer answer = rest.get("Things?maxItems=1");
                if (answer.status() != 200) {
                    others.add(answer.toString());
                }
            }
        } catch (IOException e) {
            others.add(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return others;
    }

    @Test
    void aDeviceGoesThroughItAsIfItWereNotThere() throws Exception {
        user().put("Things", "{\"name\": \"Balanced\", \"thingTemplate\": \"RemoteThing\"}");
        try (DeviceNetwork network = DeviceNetwork.start();
                Device device = Device.connect(
                                network,
                                DeviceSettings.of(
                                        ServerAddress.parse(haproxy.devices()), cluster.deviceKey(), "Balanced"))
                        .get(20, TimeUnit.SECONDS)) {
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> user().get("Things/Balanced/Properties/isConnected")
                            .body()
                            .contains("\"isConnected\":true"));
            assertThat(device.isOpen()).isTrue();
        }
    }

    @Test
    void aDeviceComesBackToItsServerAndTheLossOfOneMovesOnlyItsOwn() throws Exception {
        Map<Integer, String> first = whereAll();
        assertThat(first.values()).as("both servers get some").contains("connection1", "connection2");
        assertThat(whereAll()).isEqualTo(first);

        Node lost = cluster.connectionServers().get(0);
        lost.kill();
        int moved = first.entrySet().stream()
                .filter(entry -> entry.getValue().equals(lost.id()))
                .findFirst()
                .orElseThrow()
                .getKey();
        await().atMost(Duration.ofSeconds(10)).until(() -> connects(moved));
        assertThat(whereAll().values()).containsOnly("connection2");

        lost.start();
        lost.awaitReady(Duration.ofSeconds(60));
        await().atMost(Duration.ofSeconds(20)).until(() -> whereAll().equals(first));
    }

    /** Which server each of several addresses is connected to. */
    private static Map<Integer, String> whereAll() throws IOException, InterruptedException {
        Map<Integer, String> where = new TreeMap<>();
        for (int number = 1; number <= ADDRESSES; number++) {
            where.put(number, where(number));
        }
        return where;
    }

    private static String where(int number) throws IOException, InterruptedException {
        // One that has just closed may still be counted.
        awaitNoConnections();
        Map<String, Double> before = connections();
        try (Socket socket = connect(number)) {
            assertThat(firstLine(socket)).isEqualTo("HTTP/1.1 101 Switching Protocols");
            List<String> grown = new ArrayList<>();
            await().atMost(Duration.ofSeconds(10)).until(() -> {
                grown.clear();
                connections().forEach((server, count) -> {
                    if (count > before.getOrDefault(server, 0.0)) {
                        grown.add(server);
                    }
                });
                return !grown.isEmpty();
            });
            assertThat(grown).hasSize(1);
            return grown.get(0);
        }
    }

    private static void awaitNoConnections() {
        await().atMost(Duration.ofSeconds(10))
                .until(() -> connections().values().stream().allMatch(count -> count == 0));
    }

    private static boolean connects(int number) {
        try (Socket socket = connect(number)) {
            return firstLine(socket).contains(" 101 ");
        } catch (IOException e) {
            // Its server is gone, and HAProxy has not found out.
            return false;
        }
    }

    /** From an address of its own on the loopback network, as each device has one. */
    private static Socket connect(int number) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.1." + number), 0));
        ServerAddress balancer = ServerAddress.parse(haproxy.devices());
        socket.setSoTimeout(10_000);
        socket.connect(new InetSocketAddress(balancer.host(), balancer.port()), 10_000);
        socket.getOutputStream().write(HANDSHAKE.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String firstLine(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = socket.getInputStream().read();
                c >= 0 && c != '\r';
                c = socket.getInputStream().read()) {
            line.append((char) c);
        }
        return line.toString();
    }

    private static Map<String, Double> connections() throws IOException, InterruptedException {
        Map<String, Double> connections = new TreeMap<>();
        for (Node server : cluster.connectionServers()) {
            if (server.isAlive()) {
                cluster.rest(server)
                        .get("Metrics")
                        .body()
                        .lines()
                        .filter(line -> line.startsWith("steadfast_devices_connections{"))
                        .forEach(line -> connections.put(
                                server.id(), Double.parseDouble(line.substring(line.lastIndexOf(' ')))));
            }
        }
        return connections;
    }
}
