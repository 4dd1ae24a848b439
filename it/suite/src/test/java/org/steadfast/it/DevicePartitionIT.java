package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.steadfast.it.device.DeviceRun;
import org.steadfast.it.fault.HeldRows;
import org.steadfast.it.harness.ClusterLayout;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Network;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.workload.Register;
import org.steadfast.simulator.DeviceNetwork;
import org.steadfast.simulator.FleetStatistics;

/**
 * The network between a connection server and a foundation node swallows what they send each other, while everybody else reaches
 * everybody. Guarantee G3.
 */
final class DevicePartitionIT {
    /** Of a foundation node, as shipped. */
    private static final int LANES = 2;
    /** Links are given up after 3 to 4 s; what waits to be written is given up after 12 s. */
    private static final int HELD_SECONDS = 6;

    private static ClusterUnderTest cluster;
    private static DeviceNetwork network;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(
                Network.obstacle().isEmpty(),
                () -> "no network namespaces here: " + Network.obstacle().orElseThrow());
        cluster = ClusterUnderTest.create(
                ClusterLayout.of(2, 1).spreadOverMachines().withSetting("ConnectionServerSettings.LinkTimeout", "3 s"));
        cluster.startAll();
        network = DeviceNetwork.start();
    }

    @AfterAll
    static void end() throws Exception {
        if (network != null) {
            network.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    /**
     * A node has messages in its hands that it cannot write yet, and its link goes. They are sent to the other node, and the devices
     * go on; then the first node writes what it has, much later than what came after it.
     */
    @Test
    void whatWasSentAgainIsWrittenInTheFirstPlaceAsWell() throws Exception {
        // Made before the things of the devices, because a batch takes its rows in the order in which their things were
        // made: one that waits for these has taken none of those.
        List<Register> held = heldThings(cluster.foundationNodes().get(0));
        FleetStatistics seen =
                DeviceRun.of(cluster, network, "cut-link", under -> cutLinkOfABusyNode(under, held), System.out);
        assertThat(seen.reconnects()).as("devices that lost their connection").isZero();
        assertThat(metric(cluster.connectionServers().get(0), "steadfast_router_resent_requests_total"))
                .as("messages that were sent again")
                .isGreaterThan(20);
    }

    private void cutLinkOfABusyNode(ClusterUnderTest cluster, List<Register> held) throws Exception {
        Node node = cluster.foundationNodes().get(0);
        Node server = cluster.connectionServers().get(0);
        int port = Integer.parseInt(node.address().substring(node.address().lastIndexOf(':') + 1));
        List<CompletableFuture<Void>> writes;
        try (HeldRows rows = HeldRows.hold(cluster, held)) {
            writes = held.stream()
                    .map(register -> CompletableFuture.runAsync(() -> write(node, register)))
                    .toList();
            await().atMost(Duration.ofSeconds(3)).until(() -> rows.stopped() >= LANES);
            cluster.network().cutPorts(cluster.machine(node), List.of(cluster.machine(server)), List.of(port));
            TimeUnit.SECONDS.sleep(HELD_SECONDS);
        }
        writes.forEach(CompletableFuture::join);
        cluster.network().heal();
    }

    private static double metric(Node node, String name) throws Exception {
        return cluster.rest(node)
                .get("Metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** So many that each lane of a node has some, each with a value. */
    private static List<Register> heldThings(Node node) throws Exception {
        List<Register> held = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            Register register = new Register("Held" + i, "p");
            cluster.rest(node)
                    .put(
                            "Things",
                            "{\"name\": \"" + register.thing() + "\", \"thingTemplate\": \"RemoteThing\","
                                    + " \"propertyDefinitions\": {\"p\": {\"baseType\": \"NUMBER\"}}}");
            write(node, register);
            held.add(register);
        }
        return held;
    }

    private static void write(Node node, Register register) {
        try {
            RestClient.Answer answer = cluster.rest(node).put(register.path(), "{\"p\": 1}");
            // Where it takes long to get there, it is given up while it waits; what matters is that the lane does.
            assertThat(answer.status()).as(answer.toString()).isIn(200, 503);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
