package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;
import org.steadfast.it.shared.OnCluster;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;
import org.steadfast.simulator.Device;
import org.steadfast.simulator.DeviceNetwork;
import org.steadfast.simulator.DeviceSettings;

/** What a script says on behalf of a request is found in the logs by the request's id. */
@OnCluster(foundationNodes = 2, connectionServers = 2)
final class FollowedRequestIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static ClusterUnderTest cluster;

    @BeforeAll
    static void useCluster(ClusterUnderTest shared) throws Exception {
        cluster = shared;
        assertThat(cluster.rest(cluster.foundationNodes().get(0))
                        .put("Things", """
                                {"name": "Followed", "thingTemplate": "RemoteThing",
                                 "serviceDefinitions": {"Say": {}},
                                 "serviceImplementations": {"Say": {"handlerName": "Script", "configurationTables": {"Script": {"rows": [
                                   {"code": "logger.warn('heard');"}]}}}}}""")
                        .status())
                .isEqualTo(200);
    }

    private static HttpResponse<String> say(Node node, String... header) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://" + node.address() + "/Thingworx/Things/Followed/Services/Say"))
                .header("appKey", cluster.deviceKey().text())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}"));
        if (header.length > 0) {
            request.headers(header);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static List<String> heard(Node node) throws Exception {
        return node.output().lines().filter(line -> line.endsWith("heard")).toList();
    }

    @Test
    void byTheIdThatTheClientGaveItOrTheNodeDid() throws Exception {
        for (Node node : cluster.foundationNodes()) {
            HttpResponse<String> given = say(node, "X-Request-Id", "order-4711");
            assertThat(given.statusCode()).as(given.body()).isEqualTo(200);
            assertThat(given.headers().firstValue("X-Request-Id")).contains("order-4711");
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(heard(node)).anyMatch(line -> line.contains(" [order-4711] ")));

            String made = say(node).headers().firstValue("X-Request-Id").orElseThrow();
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(heard(node)).anyMatch(line -> line.contains(" [" + made + "] ")));
        }
    }

    @Test
    void overRestOnEveryNodeWhicheverHasLoggedIt() throws Exception {
        for (Node node : cluster.foundationNodes()) {
            assertThat(say(node, "X-Request-Id", "asked-of-" + node.id()).statusCode())
                    .isEqualTo(200);
        }
        for (Node node : cluster.foundationNodes()) {
            String id = "asked-of-" + node.id();
            for (Node asked : cluster.foundationNodes()) {
                JsonNode rows = cluster.rest(asked)
                        .post("Logs/ScriptLog/Services/QueryLogEntries", "{\"session\": \"" + id + "\"}")
                        .json()
                        .path("rows");
                assertThat(rows).as(rows.toString()).singleElement().satisfies(row -> {
                    assertThat(row.path("platformId").asText()).isEqualTo(node.id());
                    assertThat(row.path("level").asText()).isEqualTo("WARN");
                    assertThat(row.path("content").asText()).isEqualTo("[Followed.Say] heard");
                    assertThat(row.path("session").asText()).isEqualTo(id);
                });
            }
        }
        assertThat(cluster.rest(cluster.foundationNodes().get(0))
                        .post(
                                "Logs/ApplicationLog/Services/QueryLogEntries",
                                "{\"searchExpression\": \"starting foundation node\", \"oldestFirst\": true}")
                        .json()
                        .path("rows"))
                .as("what each has said at its start")
                .hasSameSizeAs(cluster.foundationNodes());
    }

    @Test
    void byTheDevicesConnectionServerItsSessionAndItsMessage() throws Exception {
        DeviceSettings settings = DeviceSettings.of(cluster.deviceServers().get(0), cluster.deviceKey(), "Followed");
        try (DeviceNetwork network = DeviceNetwork.start();
                Device device = Device.connect(network, settings).get(20, TimeUnit.SECONDS)) {
            Message answer = device.request(Verb.POST, Target.service("Followed", "Say"), Optional.empty())
                    .get(20, TimeUnit.SECONDS);
            assertThat(answer.header().code()).isEqualTo(Status.SUCCESS.code());
            String id = " \\[connection1/[0-9a-f]+/" + answer.header().sessionId() + "/"
                    + answer.header().requestId() + "\\] ";
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(cluster.foundationNodes())
                            .anySatisfy(
                                    node -> assertThat(heard(node)).anyMatch(line -> line.matches(".*" + id + ".*"))));
        }
    }
}
