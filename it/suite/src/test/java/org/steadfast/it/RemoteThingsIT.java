package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.shared.OnCluster;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.simulator.Device;
import org.steadfast.simulator.DeviceDisconnectedException;
import org.steadfast.simulator.DeviceNetwork;
import org.steadfast.simulator.DeviceSettings;
import org.steadfast.simulator.PropertySubscription;
import org.steadfast.simulator.PropertyUpdate;
import org.steadfast.simulator.ServiceAnswer;

/** REST reaches devices, through every node, and says so where it does not. Guarantee G6. */
@OnCluster(foundationNodes = 2, connectionServers = 2)
final class RemoteThingsIT {
    /** How soon every node knows that a device has come or gone. */
    private static final Duration KNOWN = Duration.ofSeconds(1);

    private static ClusterUnderTest cluster;

    private DeviceNetwork network;
    private String thing;

    @BeforeAll
    static void useCluster(ClusterUnderTest shared) {
        cluster = shared;
    }

    @BeforeEach
    void createThing() throws Exception {
        cluster.startAll();
        network = DeviceNetwork.start();
        thing = "Remote" + Long.toString(System.nanoTime(), 36);
        RestClient.Answer created = rest(0).put("Things", """
                {"name": "%s", "thingTemplate": "RemoteThing", "propertyDefinitions": {
                    "pushed": {"baseType": "NUMBER", "aspects": {"remote": true}},
                    "asked": {"baseType": "NUMBER", "aspects": {"remote": true, "cacheTime": 0, "remotePropertyName": "a-ked"}},
                    "local": {"baseType": "NUMBER"}}}""".formatted(thing));
        assertThat(created.status()).as(created.body()).isEqualTo(200);
    }

    @AfterEach
    void closeNetwork() {
        network.close();
    }

    @Test
    void aServiceOfADeviceIsInvokedThroughEveryNode() throws Exception {
        try (Device device = connect(0)) {
            for (Node node : cluster.foundationNodes()) {
                RestClient.Answer answer = invoke(node, "Add", "{\"a\": 2, \"b\": 3.5}");
                assertThat(answer.status()).as(answer.body()).isEqualTo(200);
                assertThat(answer.json().path("rows").path(0).path("result").asDouble())
                        .isEqualTo(5.5);
            }
            RestClient.Answer unknown = invoke(cluster.foundationNodes().get(0), "Fly", "{}");
            assertThat(unknown.status()).isEqualTo(404);
            assertThat(unknown.body()).contains("Fly").contains(thing);
            assertThat(device.isOpen()).isTrue();
        }
    }

    @Test
    void aDeviceThatDoesNotAnswerIsGivenUp() throws Exception {
        try (Device device = connect(0)) {
            RestClient.Answer answer = invoke(cluster.foundationNodes().get(1), "Sleep", "{}");
            assertThat(answer.status()).as(answer.body()).isEqualTo(504);
            assertThat(answer.body()).contains("Sleep").contains("not known");
            assertThat(invoke(cluster.foundationNodes().get(1), "Add", "{\"a\": 1, \"b\": 1}")
                            .status())
                    .isEqualTo(200);
            assertThat(device.isOpen()).isTrue();
        }
    }

    @Test
    void aPropertyIsReadFromTheDeviceOrFromSharedStateAsItsDefinitionSays() throws Exception {
        try (Device device = connect(0)) {
            device.pushProperties(List.of(
                            PropertyUpdate.of("pushed", Value.number(1)), PropertyUpdate.of("a-ked", Value.number(1))))
                    .get(10, TimeUnit.SECONDS);
            await().untilAsserted(() -> assertThat(device.subscriptions(thing))
                    .extracting(PropertySubscription::edgeName)
                    .containsExactly("pushed", "a-ked"));
            rest(0).put("Things/" + thing + "/Properties/asked", "{\"asked\": 7}");
            assertThat(device.properties(thing).get("a-ked")).isEqualTo(Value.number(7));
            for (Node node : cluster.foundationNodes()) {
                assertThat(number(node, "pushed")).isEqualTo(1);
                assertThat(number(node, "asked")).isEqualTo(7);
            }
        }
        RestClient.Answer asked = rest(1).get("Things/" + thing + "/Properties/asked");
        assertThat(asked.status())
                .as("only the device could tell: " + asked.body())
                .isEqualTo(503);
        assertThat(number(cluster.foundationNodes().get(1), "pushed")).isEqualTo(1);
    }

    @Test
    void aPropertyOfADeviceIsWrittenToTheDeviceFirst() throws Exception {
        RestClient.Answer refused = rest(0).put("Things/" + thing + "/Properties/pushed", "{\"pushed\": 4}");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.body()).contains(thing).contains("not connected");
        assertThat(number(cluster.foundationNodes().get(0), "pushed")).isZero();
        assertThat(rest(0).put("Things/" + thing + "/Properties/local", "{\"local\": 4}")
                        .status())
                .isEqualTo(200);

        try (Device device = connect(1)) {
            assertThat(rest(0).put("Things/" + thing + "/Properties/pushed", "{\"pushed\": 5}")
                            .status())
                    .isEqualTo(200);
            assertThat(device.properties(thing).get("pushed")).isEqualTo(Value.number(5));
            for (Node node : cluster.foundationNodes()) {
                assertThat(number(node, "pushed")).isEqualTo(5);
            }
        }
    }

    @Test
    void everyNodeKnowsWhetherADeviceIsConnected() throws Exception {
        awaitConnected(false);
        long before = System.currentTimeMillis();
        try (Device device = connect(0)) {
            awaitConnected(true);
            for (Node node : cluster.foundationNodes()) {
                assertThat(get(node, "lastConnection").path("lastConnection").asLong())
                        .isGreaterThanOrEqualTo(before);
            }
            device.cut();
            awaitConnected(false);
        }
        Node server = cluster.connectionServers().get(0);
        try (Device device = connect(0)) {
            awaitConnected(true);
            server.kill();
            awaitConnected(false);
            device.closed().get(10, TimeUnit.SECONDS);
        }
        try (Device device = connect(1)) {
            awaitConnected(true);
            server.start();
            server.awaitReady(Duration.ofSeconds(60));
            assertThat(isConnected(cluster.foundationNodes().get(0)))
                    .as("what is left of the server's earlier life takes no device away")
                    .isTrue();
            assertThat(device.isOpen()).isTrue();
        }
    }

    /** Shared state goes with them, and the bindings in it; devices stay connected and bind nothing anew. */
    @Test
    void aDeviceThatStaysWhileAllFoundationNodesAreRestartedIsReachedAgain() throws Exception {
        try (Device device = connect(0)) {
            awaitConnected(true);
            for (Node node : cluster.foundationNodes()) {
                node.kill();
            }
            cluster.startAll();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> cluster.foundationNodes().stream().allMatch(this::isReached));
            assertThat(device.isOpen()).isTrue();
            device.pushProperties(List.of(PropertyUpdate.of("pushed", Value.number(9))))
                    .get(20, TimeUnit.SECONDS);
            assertThat(number(cluster.foundationNodes().get(1), "pushed")).isEqualTo(9);
        }
    }

    private boolean isReached(Node node) {
        try {
            return invoke(node, "Add", "{\"a\": 1, \"b\": 1}").status() == 200;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Test
    void theLaterOfTwoConnectionsHoldsAndTheEarlierOneIsClosed() throws Exception {
        Device earlier = connect(0);
        try (Device later = connect(1)) {
            DeviceDisconnectedException end = earlier.closed().get(10, TimeUnit.SECONDS);
            assertThat(end).hasMessageContaining("1008").hasMessageContaining("another connection");
            // A node that an earlier test has restarted may not know this connection server yet.
            awaitConnected(true);
            assertThat(invoke(cluster.foundationNodes().get(0), "Add", "{\"a\": 1, \"b\": 1}")
                            .status())
                    .isEqualTo(200);
            assertThat(later.isOpen()).isTrue();
        }
    }

    @Test
    void aGatewayBringsAThingOfItsOwn() throws Exception {
        String gateway = thing + "Gateway";
        DeviceSettings settings = DeviceSettings.of(cluster.deviceServers().get(0), cluster.deviceKey(), thing)
                .withGateway(gateway, "SDKGateway");
        try (Device device = Device.connect(network, settings).get(20, TimeUnit.SECONDS)) {
            for (Node node : cluster.foundationNodes()) {
                RestClient.Answer answer = cluster.rest(node).get("Things/" + gateway + "/Properties/isConnected");
                assertThat(answer.body()).contains("\"isConnected\":true");
            }
            awaitConnected(true);
            assertThat(device.isOpen()).isTrue();
        }
        await().atMost(Duration.ofSeconds(10))
                .until(() -> rest(1).get("Things/" + gateway + "/Properties/isConnected")
                        .body()
                        .contains("\"isConnected\":false"));
    }

    /** Whoever adds a property while the device is connected need not wait for its next connection. */
    @Test
    void aDeviceIsToldWhenItsThingGetsAProperty() throws Exception {
        try (Device device = connect(0)) {
            await().until(() -> device.subscriptions(thing).size() == 2);
            RestClient.Answer added = rest(1).post("Things/" + thing + "/Services/AddPropertyDefinition", """
                            {"name": "late", "type": "NUMBER", "remote": true}""");
            assertThat(added.status()).as(added.body()).isEqualTo(200);
            RestClient.Answer bound = rest(1).put("Things/" + thing, """
                    {"propertyDefinitions": {"late": {"baseType": "NUMBER", "aspects": {"remote": true}},
                     "pushed": {"baseType": "NUMBER", "aspects": {"remote": true}}}}""");
            assertThat(bound.status()).as(bound.body()).isEqualTo(200);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> device.subscriptions(thing).stream()
                            .anyMatch(subscription -> subscription.edgeName().equals("late")));
        }
    }

    private Device connect(int server) throws Exception {
        DeviceSettings settings = DeviceSettings.of(cluster.deviceServers().get(server), cluster.deviceKey(), thing)
                .withServices((target, parameters) -> switch (target.name()) {
                    case "Add" ->
                        Optional.of(CompletableFuture.completedFuture(ServiceAnswer.of(sum(parameters.orElseThrow()))));
                    case "Sleep" -> Optional.of(new CompletableFuture<>());
                    default -> Optional.empty();
                });
        return Device.connect(network, settings).get(20, TimeUnit.SECONDS);
    }

    private static Infotable sum(Infotable parameters) {
        double sum = ((Value.Number) parameters.first("a")).number() + ((Value.Number) parameters.first("b")).number();
        return Infotable.single(new FieldDefinition("result", BaseType.NUMBER), Value.number(sum));
    }

    private static RestClient rest(int node) {
        return cluster.rest(cluster.foundationNodes().get(node));
    }

    private RestClient.Answer invoke(Node node, String service, String parameters)
            throws IOException, InterruptedException {
        return cluster.rest(node).post("Things/" + thing + "/Services/" + service, parameters);
    }

    private JsonNode get(Node node, String property) throws IOException, InterruptedException {
        RestClient.Answer answer = cluster.rest(node).get("Things/" + thing + "/Properties/" + property);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().path("rows").path(0);
    }

    private double number(Node node, String property) throws IOException, InterruptedException {
        return get(node, property).path(property).asDouble();
    }

    private boolean isConnected(Node node) throws IOException, InterruptedException {
        return get(node, "isConnected").path("isConnected").asBoolean();
    }

    private void awaitConnected(boolean connected) {
        for (Node node : cluster.foundationNodes()) {
            await().atMost(KNOWN).until(() -> isConnected(node) == connected);
        }
    }
}
