package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.steadfast.it.harness.ClusterLayout;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.protocol.type.Value;
import org.steadfast.simulator.Device;
import org.steadfast.simulator.DeviceBehaviour;
import org.steadfast.simulator.DeviceDisconnectedException;
import org.steadfast.simulator.DeviceNetwork;
import org.steadfast.simulator.DeviceSettings;
import org.steadfast.simulator.Fleet;
import org.steadfast.simulator.FleetOutcome;
import org.steadfast.simulator.FleetResult;
import org.steadfast.simulator.FleetSettings;
import org.steadfast.simulator.Load;
import org.steadfast.simulator.Patience;
import org.steadfast.simulator.PropertySubscription;
import org.steadfast.simulator.PropertyUpdate;

/** Devices of both SDKs, which differ in what they wait for and in what they answer. */
final class DeviceBehavioursIT {
    /** The shortest that there may be: devices ping every 55 s. */
    private static final Duration IDLE = Duration.ofSeconds(61);
    /** A device is bound, knows its subscriptions and has told a value. */
    private static final long UP_SECONDS = 10;

    private static ClusterUnderTest cluster;

    private DeviceNetwork network;

    @BeforeAll
    static void startCluster() throws Exception {
        cluster = ClusterUnderTest.create(ClusterLayout.of(1, 1)
                .withSetting("ConnectionServerSettings.IdleTimeout", Long.toString(IDLE.toMillis())));
        cluster.startAll();
    }

    @AfterAll
    static void endCluster() throws Exception {
        cluster.close();
    }

    @BeforeEach
    void openNetwork() {
        network = DeviceNetwork.start();
    }

    @AfterEach
    void closeNetwork() {
        network.close();
    }

    private static RestClient rest() {
        return cluster.rest(cluster.foundationNodes().get(0));
    }

    private static DeviceSettings device(DeviceBehaviour behaviour, String thing) throws Exception {
        RestClient.Answer created = rest().put("Things", """
                {"name": "%s", "thingTemplate": "RemoteThing", "propertyDefinitions": {
                    "pressure": {"baseType": "NUMBER", "aspects": {"remote": true}}}}""".formatted(thing));
        assertThat(created.status()).as(created.body()).isEqualTo(200);
        return DeviceSettings.of(cluster.deviceServers().get(0), cluster.deviceKey(), thing)
                .withBehaviour(behaviour);
    }

    @ParameterizedTest
    @EnumSource
    void aDeviceGetsItsSubscriptionsAndTellsAndTakesValues(DeviceBehaviour behaviour) throws Exception {
        String thing = "Behaves" + behaviour.ordinal();
        DeviceSettings settings = device(behaviour, thing);
        try (Device device = Device.connect(network, settings).get(UP_SECONDS, TimeUnit.SECONDS)) {
            await().atMost(Duration.ofSeconds(UP_SECONDS))
                    .untilAsserted(() -> assertThat(device.subscriptions(thing))
                            .extracting(PropertySubscription::edgeName)
                            .containsExactly("pressure"));
            device.pushProperties(List.of(PropertyUpdate.of("pressure", Value.number(4.5))))
                    .get(UP_SECONDS, TimeUnit.SECONDS);
            assertThat(pressure(thing)).isEqualTo(4.5);
            RestClient.Answer written = rest().put("Things/" + thing + "/Properties/pressure", "{\"pressure\": 7}");
            assertThat(written.status()).as(written.body()).isEqualTo(200);
            assertThat(device.properties(thing)).isEqualTo(Map.of("pressure", Value.number(7)));
            assertThat(pressure(thing)).isEqualTo(7);
        }
    }

    private static double pressure(String thing) throws Exception {
        return rest().get("Things/" + thing + "/Properties/pressure")
                .json()
                .path("rows")
                .path(0)
                .path("pressure")
                .asDouble();
    }

    @Test
    void manyDevicesThatBlockTheirReadersComeUpAtOnce() throws Exception {
        FleetSettings settings = new FleetSettings(
                        cluster.deviceServers(),
                        cluster.deviceKey(),
                        "blocking",
                        200,
                        Load.messages(5),
                        Patience.standard())
                .withBehaviour(DeviceBehaviour.JAVA_SDK);
        cluster.createThings(settings);
        try (Fleet fleet = new Fleet(network, settings)) {
            fleet.start();
            FleetResult result = fleet.completion().get(1, TimeUnit.MINUTES);
            assertThat(result.outcome()).as(result.toString()).isEqualTo(FleetOutcome.COMPLETED);
            assertThat(result.statistics().connectFailures())
                    .as(result.toString())
                    .isZero();
            Readings.assertNothingIsLost(cluster, fleet.acknowledged());
        }
    }

    @Test
    void aDeviceThatAnswersNoPingsStaysAsLongAsItPingsAndIsClosedWhenItSaysNothing() throws Exception {
        Duration never = Duration.ofDays(1);
        try (Device pinging = Device.connect(network, device(DeviceBehaviour.C_SDK, "Pinging"))
                        .get(UP_SECONDS, TimeUnit.SECONDS);
                Device silent = Device.connect(
                                network,
                                device(DeviceBehaviour.C_SDK, "Silent").withPings(never, Duration.ofSeconds(10)))
                        .get(UP_SECONDS, TimeUnit.SECONDS)) {
            long begin = System.nanoTime();
            DeviceDisconnectedException end = silent.closed().get(IDLE.toSeconds() + 10, TimeUnit.SECONDS);
            assertThat(end).hasMessageContaining("1001").hasMessageContaining("nothing was heard");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(IDLE.minusSeconds(UP_SECONDS));

            // It has sent nothing but a ping, after 55 s.
            await().during(Duration.ofSeconds(5)).atMost(Duration.ofSeconds(30)).until(pinging::isOpen);
            pinging.pushProperties(List.of(PropertyUpdate.of("pressure", Value.number(1))))
                    .get(UP_SECONDS, TimeUnit.SECONDS);
        }
        Node server = cluster.connectionServers().get(0);
        assertThat(cluster.rest(server).get("Metrics").body())
                .containsPattern("steadfast_devices_silent_closed_total\\{[^}]*} 1\\.0");
    }
}
