package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.steadfast.it.harness.ClusterLayout;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Memory;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.simulator.DeviceNetwork;
import org.steadfast.simulator.Fleet;
import org.steadfast.simulator.FleetResult;
import org.steadfast.simulator.FleetSettings;
import org.steadfast.simulator.Load;
import org.steadfast.simulator.Patience;

/** Devices that offer many times what the cluster takes are slowed down, users refused; memory stays bounded. Guarantee G9. */
final class OverloadIT {
    /** Longer than the longest wait in the queues of the devices themselves, which are slowed down and wait. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(120);

    private static final int DEVICES = 150;
    private static final int OUTSTANDING = 14;
    private static final int PAYLOAD_BYTES = 100_000;
    private static final long SERVER_BOUND = 64 << 20;
    /** What each device may have in memory beside the server's bound. */
    private static final long BESIDE_PER_DEVICE = 24 << 10;
    /** The greatest heap, and what a process needs beside it. */
    private static final Map<String, Long> MOST_MEGABYTES =
            Map.of("connection-server", 384L + 350, "foundation-node", 512L + 500);

    private static final int LONG_BYTES = 6 << 20;
    private static final int LONG_THINGS = 8;
    private static final int LONG_CLIENTS = 24;
    private static final Duration LONG_LOAD = Duration.ofSeconds(8);
    private static final Duration LONGEST_LOAD = Duration.ofSeconds(60);

    private static ClusterUnderTest cluster;

    @BeforeAll
    static void startCluster() throws Exception {
        cluster = ClusterUnderTest.create(ClusterLayout.of(2, 1).asShipped());
        cluster.startAll();
    }

    @AfterAll
    static void endCluster() throws Exception {
        cluster.close();
    }

    @Test
    void devicesThatOfferFarTooMuchAreSlowedDownAndNothingEndsOrIsLost() throws Exception {
        Node server = cluster.connectionServers().get(0);
        FleetSettings flood = fleet(
                "flood",
                DEVICES,
                Load.lasting(Duration.ofSeconds(35))
                        .withOutstanding(OUTSTANDING)
                        .withPayload(PAYLOAD_BYTES)
                        .withRamp(Duration.ofSeconds(2)));
        cluster.createThings(flood);
        Peaks peaks = new Peaks(server);
        try (DeviceNetwork network = DeviceNetwork.start();
                Fleet fleet = new Fleet(network, flood)) {
            fleet.start();
            CompletableFuture<FleetResult> end = fleet.completion();
            await().atMost(Duration.ofMinutes(4))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> {
                        peaks.take();
                        return end.isDone();
                    });
            FleetResult result = end.get();
            System.out.println("overload: " + result);
            System.out.println("overload: " + peaks);

            assertThat(result.statistics().errors()).as(result.toString()).isZero();
            assertThat(result.statistics().acknowledged()).as(result.toString()).isGreaterThan(DEVICES);
            assertThat(result.statistics().reconnects()).as(result.toString()).isZero();
            assertThat(peaks.paused).as("devices that were slowed down").isGreaterThan(DEVICES / 4.0);
            assertThat(peaks.inFlight).isLessThan(SERVER_BOUND + DEVICES * BESIDE_PER_DEVICE);
            for (Node node : cluster.nodesInStopOrder()) {
                Long most = MOST_MEGABYTES.get(node.role());
                if (most != null) {
                    assertThat(peaks.megabytes.get(node.id()))
                            .as("PSS of " + node.id() + " in MB")
                            .isLessThan(most);
                }
            }
            Readings.assertNothingIsLost(cluster, fleet.acknowledged());
        }
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(metric(server, "steadfast_devices_bytes_in_flight")).isZero();
            for (Node node : cluster.foundationNodes()) {
                assertThat(metric(node, "steadfast_links_bytes_held")).isZero();
            }
        });
        normalLoadWorksNormally();
    }

    /** Each takes several times its length of the heap: all of them at once would end the node. */
    @Test
    void longRequestsAtTheSameTimeAreTakenOrRefusedAndNothingEnds() throws Exception {
        RestClient rest = cluster.rest(cluster.foundationNodes().get(0), Duration.ofSeconds(60));
        for (int i = 0; i < LONG_THINGS; i++) {
            rest.put("Things", """
                    {"name": "Long%d", "thingTemplate": "GenericThing",
                     "propertyDefinitions": {"text": {"baseType": "STRING"}}}""".formatted(i));
        }
        long begin = System.nanoTime();
        ExecutorService clients = Executors.newFixedThreadPool(LONG_CLIENTS);
        Map<Integer, LongAdder> answers = new ConcurrentSkipListMap<>();
        Map<String, LongAdder> reasons = new ConcurrentSkipListMap<>();
        try {
            List<Future<?>> writing = new ArrayList<>();
            String body = longBody(7);
            for (int i = 0; i < LONG_CLIENTS; i++) {
                String address = "Things/Long" + i % LONG_THINGS + "/Properties/text";
                writing.add(clients.submit(() -> {
                    // A disk that stands still for its 12 s has the first ones refused; who goes on trying gets
                    // through.
                    while (System.nanoTime() - begin
                            < (answers.containsKey(200) ? LONG_LOAD : LONGEST_LOAD).toNanos()) {
                        RestClient.Answer answer = rest.put(address, body);
                        answers.computeIfAbsent(answer.status(), none -> new LongAdder())
                                .increment();
                        if (answer.status() != 200) {
                            reasons.computeIfAbsent(answer.body(), none -> new LongAdder())
                                    .increment();
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> writer : writing) {
                writer.get(2, TimeUnit.MINUTES);
            }
        } finally {
            clients.shutdownNow();
        }
        System.out.println("long requests: " + answers + " " + reasons);
        assertThat(answers).as(reasons.toString()).containsKey(200);
        assertThat(answers.keySet()).isSubsetOf(200, 503);
        for (Node node : cluster.nodesInStopOrder()) {
            assertThat(node.isAlive())
                    .as(node.id() + " ended:\n" + lastLines(node))
                    .isTrue();
        }
        for (int i = 0; i < LONG_THINGS; i++) {
            String address = "Things/Long" + i + "/Properties/text";
            String body = longBody(100 + i);
            // What was refused for its time may still hold its room, until it is done with.
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> rest.put(address, body).status() == 200);
            String read = cluster.rest(cluster.foundationNodes().get(1), Duration.ofSeconds(60))
                    .get(address)
                    .json()
                    .at("/rows/0/text")
                    .textValue();
            assertThat(read.length()).isEqualTo(LONG_BYTES);
            assertThat(read).startsWith((100 + i) + "x");
        }
    }

    /** A property's value of {@link #LONG_BYTES} that begins with a number. */
    private static String longBody(int number) {
        String text = Integer.toString(number);
        return "{\"text\": \"" + text + "x".repeat(LONG_BYTES - text.length()) + "\"}";
    }

    /** The greatest that was seen while the fleet was sending; used by one thread. */
    private static final class Peaks {
        private final Node server;
        private final Map<String, Long> megabytes = new HashMap<>();
        private double inFlight;
        private double paused;

        Peaks(Node server) {
            this.server = server;
        }

        void take() throws IOException, InterruptedException {
            for (Node node : cluster.nodesInStopOrder()) {
                assertThat(node.isAlive())
                        .as(node.id() + " ended:\n" + lastLines(node))
                        .isTrue();
                megabytes.merge(node.id(), Memory.megabytes(node.pid()), Math::max);
            }
            inFlight = Math.max(inFlight, metric(server, "steadfast_devices_bytes_in_flight"));
            paused = Math.max(paused, metric(server, "steadfast_devices_paused"));
        }

        @Override
        public String toString() {
            return "PSS in MB " + megabytes + ", bytes in flight " + (long) inFlight + ", devices paused "
                    + (long) paused;
        }
    }

    private void normalLoadWorksNormally() throws Exception {
        FleetSettings normal = fleet(
                "normal",
                20,
                Load.lasting(Duration.ofSeconds(6))
                        .withProperties(3)
                        .withRate(5)
                        .withRamp(Duration.ofSeconds(1)));
        cluster.createThings(normal);
        try (DeviceNetwork network = DeviceNetwork.start();
                Fleet fleet = new Fleet(network, normal)) {
            fleet.start();
            FleetResult result = fleet.completion().get(1, TimeUnit.MINUTES);

            System.out.println("after it: " + result);
            assertThat(result.statistics().errors()).as(result.toString()).isZero();
            assertThat(result.statistics().unavailable()).as(result.toString()).isZero();
            assertThat(result.statistics().acknowledged()).as(result.toString()).isGreaterThan(400);
            assertThat(result.statistics().latency().p99())
                    .as(result.toString())
                    .isLessThan(Duration.ofSeconds(1));
            Readings.assertNothingIsLost(cluster, fleet.acknowledged());
        }
    }

    private static FleetSettings fleet(String prefix, int devices, Load load) {
        return new FleetSettings(
                cluster.deviceServers(),
                cluster.deviceKey(),
                prefix,
                devices,
                load,
                Patience.standard().withRequestTimeout(REQUEST_TIMEOUT).withDrainWithin(Duration.ofMinutes(2)));
    }

    private static double metric(Node node, String name) throws IOException, InterruptedException {
        return cluster.rest(node)
                .get("Metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static String lastLines(Node node) throws IOException {
        String output = node.output();
        return output.substring(Math.max(0, output.length() - 2_000));
    }
}
