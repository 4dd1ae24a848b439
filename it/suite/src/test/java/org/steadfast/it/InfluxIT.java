package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.steadfast.it.harness.ClusterLayout;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.InfluxServer;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;

/** The history of logged properties goes to a real InfluxDB. Guarantee G1 for history. */
final class InfluxIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int WRITERS = 4;

    private static InfluxServer influx;
    private static ClusterUnderTest cluster;

    @BeforeAll
    static void start() throws Exception {
        influx = InfluxServer.start();
        cluster = ClusterUnderTest.create(ClusterLayout.of(2, 0).withInflux(influx));
        cluster.startAll();
        assertThat(rest(0).put("Things", "{\"name\": \"Archive\", \"thingTemplate\": \"ValueStream\"}")
                        .status())
                .isEqualTo(200);
    }

    @AfterAll
    static void end() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
        if (influx != null) {
            influx.close();
        }
    }

    @Test
    void whatIsWrittenIsFoundAtOnceThroughEveryNodeAndGoesToInflux() throws Exception {
        createThing("Quick");
        for (int i = 1; i <= 20; i++) {
            assertThat(write(rest(0), "Quick", i).status()).isEqualTo(200);
        }
        // By itself, without anybody asking for it.
        await().atMost(Duration.ofSeconds(20))
                .until(() -> influx.query(
                                "steadfast", "SELECT count(number) FROM property_history WHERE \"name\" = 'Quick'")
                        .contains(",20]"));
        for (int i = 21; i <= 40; i++) {
            assertThat(write(rest(0), "Quick", i).status()).isEqualTo(200);
            assertThat(history(rest(1), "Quick")).hasSize(i).endsWith(i);
        }
        JsonNode hours = rest(0).post(
                        "Things/Quick/Services/AggregatePropertyHistory",
                        "{\"propertyName\": \"level\", \"interval\": 864000000000}")
                .json();
        assertThat(hours.at("/rows/0/count").asInt()).isEqualTo(40);
        assertThat(hours.at("/rows/0/average").asDouble()).isEqualTo(20.5);
        assertThat(rest(1).post("Things/Quick/Services/PurgeAllPropertyHistory", "{}")
                        .status())
                .isEqualTo(200);
        assertThat(history(rest(0), "Quick")).isEmpty();
    }

    /** Writers go on; history is answered when it can be, and then none of it is missing and none is there twice. */
    @Test
    void influxIsAwayAndANodeThatMovesHistoryDies() throws Exception {
        for (int i = 0; i < WRITERS; i++) {
            createThing("Away" + i);
        }
        AtomicBoolean over = new AtomicBoolean();
        List<CompletableFuture<List<Integer>>> writing = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            String thing = "Away" + i;
            writing.add(CompletableFuture.supplyAsync(() -> writeUntil(over, thing)));
        }
        await().atMost(PATIENCE).until(() -> history(rest(0), "Away0").size() > 50);

        influx.kill();
        try {
            await().atMost(PATIENCE).until(() -> metric("steadfast_history_waiting") > 500);
            RestClient.Answer refused = rest(0).post("Things/Away0/Services/QueryNumberPropertyHistory", query());
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.body()).contains("the database of history does not answer");
            await().atMost(PATIENCE).until(() -> metric("steadfast_history_moving") == 0);
        } finally {
            influx.startAgain();
        }
        await().atMost(PATIENCE)
                .until(() -> metric("steadfast_history_moving") == 1 && metric("steadfast_history_waiting") < 100);

        // A request of theirs is on its way, or an answer, when they go.
        influx.freeze();
        TimeUnit.MILLISECONDS.sleep(700);
        Node victim = cluster.foundationNodes().get(1);
        victim.kill();
        influx.thaw();
        victim.start();
        victim.awaitReady(PATIENCE);

        over.set(true);
        for (int i = 0; i < WRITERS; i++) {
            List<Integer> acknowledged = writing.get(i).get(60, TimeUnit.SECONDS);
            assertThat(acknowledged).hasSizeGreaterThan(100);
            assertThat(history(rest(0), "Away" + i)).doesNotHaveDuplicates().containsAll(acknowledged);
            assertThat(history(rest(1), "Away" + i)).isEqualTo(history(rest(0), "Away" + i));
        }
    }

    private static void createThing(String name) throws IOException, InterruptedException {
        RestClient.Answer made = rest(0).put("Things", """
                {"name": "%s", "thingTemplate": "GenericThing", "valueStream": "Archive", "propertyDefinitions": {
                 "level": {"baseType": "NUMBER", "aspects": {"isLogged": true}}}}""".formatted(name));
        assertThat(made.status()).as(made.body()).isEqualTo(200);
    }

    private static RestClient.Answer write(RestClient rest, String thing, int value)
            throws IOException, InterruptedException {
        return rest.put("Things/" + thing + "/Properties/level", "{\"level\": " + value + "}");
    }

    /** @return those that were acknowledged */
    private static List<Integer> writeUntil(AtomicBoolean over, String thing) {
        List<Integer> acknowledged = new ArrayList<>();
        RestClient rest = rest(0);
        try {
            for (int value = 1; !over.get(); value++) {
                if (write(rest, thing, value).status() == 200) {
                    acknowledged.add(value);
                }
                // So that an answer has room for all of them.
                TimeUnit.MILLISECONDS.sleep(10);
            }
            return acknowledged;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All values of a thing's property, the oldest first. */
    private static List<Integer> history(RestClient rest, String thing) throws IOException, InterruptedException {
        RestClient.Answer answer = rest.post("Things/" + thing + "/Services/QueryNumberPropertyHistory", query());
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        List<Integer> values = new ArrayList<>();
        answer.json().path("rows").forEach(row -> values.add(row.path("value").asInt()));
        return values;
    }

    private static String query() {
        return "{\"propertyName\": \"level\", \"maxItems\": 10000, \"oldestFirst\": true}";
    }

    private static double metric(String name) throws IOException, InterruptedException {
        return rest(0).get("Metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static RestClient rest(int node) {
        return cluster.rest(cluster.foundationNodes().get(node), Duration.ofSeconds(30));
    }
}
