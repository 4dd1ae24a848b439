package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.shared.OnCluster;
import org.steadfast.protocol.type.Value;
import org.steadfast.simulator.Acknowledged;
import org.steadfast.simulator.Device;
import org.steadfast.simulator.DeviceNetwork;
import org.steadfast.simulator.DeviceSettings;
import org.steadfast.simulator.Fleet;
import org.steadfast.simulator.FleetOutcome;
import org.steadfast.simulator.FleetResult;
import org.steadfast.simulator.FleetSettings;
import org.steadfast.simulator.Load;
import org.steadfast.simulator.Patience;
import org.steadfast.simulator.PropertyKey;
import org.steadfast.simulator.PropertyUpdate;

/** A device's data is durable and readable everywhere, whatever happens to foundation nodes. Guarantees G1, G6 and G7. */
@OnCluster(foundationNodes = 2, connectionServers = 2)
final class FirstLightIT {
    private static final Duration REJOIN = Duration.ofSeconds(120);
    private static ClusterUnderTest cluster;

    private DeviceNetwork network;

    @BeforeAll
    static void useCluster(ClusterUnderTest shared) {
        cluster = shared;
    }

    @BeforeEach
    void openNetwork() throws Exception {
        cluster.startAll();
        network = DeviceNetwork.start();
    }

    @AfterEach
    void closeNetwork() {
        network.close();
    }

    @Test
    void everyAcknowledgedValueIsReadBackEqualThroughEveryFoundationNode() throws Exception {
        Load load = Load.messages(20).withProperties(3).withRamp(Duration.ofSeconds(2));
        FleetSettings settings = fleet("equal", 200, load);
        cluster.createThings(settings);
        try (Fleet fleet = new Fleet(network, settings)) {
            fleet.start();
            FleetResult result = fleet.completion().get(3, TimeUnit.MINUTES);

            assertThat(result.outcome()).as(result.toString()).isEqualTo(FleetOutcome.COMPLETED);
            assertThat(result.statistics().errors()).as(result.toString()).isZero();
            Map<PropertyKey, Acknowledged> acknowledged = fleet.acknowledged();
            assertThat(acknowledged).hasSize(600);
            assertThat(acknowledged.values()).allMatch(progress -> progress.acknowledged() == 20);
            Readings.assertNothingIsLost(cluster, acknowledged);
        }
    }

    @Test
    void bothConnectionServersTakeDevices() throws Exception {
        FleetSettings settings = fleet("spread", 20, Load.messages(1));
        cluster.createThings(settings);
        try (Fleet fleet = new Fleet(network, settings)) {
            fleet.start();
            fleet.completion().get(1, TimeUnit.MINUTES);
        }
        for (Node server : cluster.connectionServers()) {
            String metrics = cluster.rest(server).get("Metrics").body();
            assertThat(metrics.lines().filter(line -> line.startsWith("steadfast_devices_messages_total")))
                    .singleElement()
                    .satisfies(line -> assertThat(Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                            .as(line)
                            .isGreaterThan(10));
        }
    }

    @Test
    void aDeviceReadsWhatAUserWroteAndAUserReadsWhatADeviceWrote() throws Exception {
        RestClient first = rest(0);
        first.put("Things", """
                {"name": "Pump7", "thingTemplate": "RemoteThing", "identifier": "serial-7", "propertyDefinitions": {
                    "pressure": {"baseType": "NUMBER"}, "label": {"baseType": "STRING"}, "place": {"baseType": "LOCATION"}}}""");
        assertThat(rest(1).put("Things/Pump7/Properties/pressure", "{\"pressure\": 4.5}")
                        .status())
                .isEqualTo(200);
        DeviceSettings settings = DeviceSettings.of(cluster.deviceServers().get(0), cluster.deviceKey(), "*serial-7");
        try (Device device = Device.connect(network, settings).get(20, TimeUnit.SECONDS)) {
            assertThat(device.readProperty("*serial-7", "pressure").get(10, TimeUnit.SECONDS))
                    .isEqualTo(Value.number(4.5));
            device.pushProperties(List.of(
                            PropertyUpdate.of("label", Value.string("Kühlpumpe")),
                            PropertyUpdate.of("place", new Value.Location(8.4, 49.0, 115))))
                    .get(10, TimeUnit.SECONDS);
            device.writeProperty("Pump7", "pressure", Value.number(5)).get(10, TimeUnit.SECONDS);
        }
        for (Node node : cluster.foundationNodes()) {
            var row = cluster.rest(node)
                    .get("Things/Pump7/Properties/*")
                    .json()
                    .path("rows")
                    .path(0);
            assertThat(row.path("pressure").asDouble()).isEqualTo(5);
            assertThat(row.path("label").asText()).isEqualTo("Kühlpumpe");
            assertThat(row.path("place").path("longitude").asDouble()).isEqualTo(8.4);
        }
    }

    @Test
    void killingOneFoundationNodeUnderLoadLosesNothingAndItRejoins() throws Exception {
        try (Fleet steady = steadyFleet("one");
                Fleet broken = busyFleet("oneBroken")) {
            Node victim = cluster.foundationNodes().get(0);
            victim.kill();
            // What these devices got acknowledged is not hidden by anything that they send later.
            broken.close();
            long atTheKill = steady.statistics().acknowledged();

            awaitAcknowledged(steady, atTheKill + 500);
            Readings.assertNotOlder(cluster, cluster.foundationNodes().get(1), broken.acknowledged());
            victim.start();
            victim.awaitReady(REJOIN);
            awaitAcknowledged(steady, steady.statistics().acknowledged() + 500);
            assertEndsWithoutErrors(steady);
            Readings.assertNothingIsLost(cluster, steady.acknowledged());
            Readings.assertNothingIsLost(cluster, broken.acknowledged());
        }
    }

    @Test
    void killingAllFoundationNodesAndTheDatabaseAtOnceLosesNothing() throws Exception {
        try (Fleet steady = steadyFleet("all");
                Fleet broken = busyFleet("allBroken")) {
            // Nothing is committed while the database is frozen, and what it was sent dies with it: whoever
            // acknowledges
            // before the commit is found out.
            cluster.database().freeze();
            await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
            for (Node node : cluster.foundationNodes()) {
                node.kill();
            }
            cluster.database().kill();
            broken.close();
            long atTheKill = steady.statistics().acknowledged();
            cluster.startAll();

            for (Node node : cluster.foundationNodes()) {
                Readings.assertNotOlder(cluster, node, broken.acknowledged());
            }
            awaitAcknowledged(steady, atTheKill + 500);
            assertEndsWithoutErrors(steady);
            Readings.assertNothingIsLost(cluster, steady.acknowledged());
        }
    }

    /** Devices that go on sending whatever happens; up and running when this returns. */
    private Fleet steadyFleet(String prefix) throws Exception {
        return runningFleet(fleet(
                prefix, 50, Load.untilStopped().withProperties(3).withRate(5).withRamp(Duration.ofSeconds(1))));
    }

    /** Devices that send as fast as they can, so that many updates are on their way at any moment. */
    private Fleet busyFleet(String prefix) throws Exception {
        return runningFleet(fleet(prefix, 150, Load.untilStopped().withRamp(Duration.ofSeconds(1))));
    }

    private Fleet runningFleet(FleetSettings settings) throws Exception {
        cluster.createThings(settings);
        Fleet fleet = new Fleet(network, settings);
        fleet.start();
        awaitAcknowledged(fleet, 500);
        return fleet;
    }

    private static void assertEndsWithoutErrors(Fleet fleet) throws Exception {
        fleet.stop();
        FleetResult result = fleet.completion().get(1, TimeUnit.MINUTES);
        assertThat(result.statistics().errors()).as(result.toString()).isZero();
    }

    @Test
    void aCleanStopAndStartOfEverythingFindsTheData() throws Exception {
        FleetSettings settings = fleet("again", 20, Load.messages(5).withProperties(2));
        cluster.createThings(settings);
        try (Fleet fleet = new Fleet(network, settings)) {
            fleet.start();
            fleet.completion().get(1, TimeUnit.MINUTES);
            for (Node node : cluster.nodesInStopOrder()) {
                assertThat(node.stop()).as("exit status of " + node.id()).isZero();
            }
            cluster.startAll();

            Readings.assertNothingIsLost(cluster, fleet.acknowledged());
        }
    }

    private static RestClient rest(int foundationNode) {
        return cluster.rest(cluster.foundationNodes().get(foundationNode));
    }

    private static FleetSettings fleet(String prefix, int devices, Load load) {
        return new FleetSettings(
                cluster.deviceServers(), cluster.deviceKey(), prefix, devices, load, Patience.standard());
    }

    private static void awaitAcknowledged(Fleet fleet, long messages) {
        await().atMost(Duration.ofSeconds(90)).until(() -> fleet.statistics().acknowledged() >= messages);
    }
}
