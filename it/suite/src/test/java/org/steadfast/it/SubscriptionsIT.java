package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.shared.OnCluster;

/** A change that was acknowledged is heard by those who subscribe to it, whatever dies in between. */
@OnCluster(foundationNodes = 3)
final class SubscriptionsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static ClusterUnderTest cluster;

    @BeforeAll
    static void useCluster(ClusterUnderTest shared) {
        cluster = shared;
    }

    /** The definition is made through one node; the next write through any other is heard. */
    @Test
    void everyNodeKnowsWhoSubscribes() throws Exception {
        for (int i = 0; i < 6; i++) {
            define(i, "Known" + i);
            write(i + 1, "Known" + i, 1);
        }
        for (int i = 0; i < 6; i++) {
            String name = "Known" + i;
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(heard(name)).contains(1));
        }
    }

    @Test
    void whatWasAcknowledgedIsHeardThoughNodesDieOneAfterTheOther() throws Exception {
        define(0, "Dying");
        Set<Integer> acknowledged = new TreeSet<>();
        int next = 0;
        for (Node victim : List.of(
                cluster.foundationNodes().get(1),
                cluster.foundationNodes().get(2),
                cluster.foundationNodes().get(0))) {
            for (int i = 0; i < 60; i++) {
                writeAnywhere("Dying", ++next, acknowledged);
            }
            victim.kill();
            for (int i = 0; i < 60; i++) {
                writeAnywhere("Dying", ++next, acknowledged);
            }
            victim.start();
            await().atMost(PATIENCE).until(victim::isReady);
        }
        assertThat(acknowledged).hasSizeGreaterThan(180);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(new TreeSet<>(heard("Dying"))).containsAll(acknowledged));
        awaitJournalEmpty();
    }

    /** Nobody is left who remembers: the journal does. The subscription cannot run in the time until all are dead. */
    @Test
    void whatWasAcknowledgedIsHeardThoughAllNodesDieAtOnce() throws Exception {
        define(0, "Lost");
        // A subscription that takes its time, so that events wait when the nodes die.
        RestClient.Answer slow = rest(0).put("Things", thing("LostSlow", """
                "heard": {"baseType": "STRING"}""", """
                "onN": {"eventName": "DataChange", "source": "Lost", "sourceProperty": "n",
                  "serviceImplementation": {"handlerName": "Script", "configurationTables": {"Script": {"rows": [{"code":
                    "var end = Date.now() + 300; while (Date.now() < end) {} me.heard = me.heard + eventData.newValue.value + ',';"
                  }]}}}}"""));
        assertThat(slow.status()).as(slow.body()).isEqualTo(200);
        Set<Integer> acknowledged = new TreeSet<>();
        for (int i = 1; i <= 30; i++) {
            writeAnywhere("Lost", i, acknowledged);
        }
        for (Node node : cluster.foundationNodes()) {
            node.kill();
        }
        assertThat(acknowledged).hasSize(30);
        assertThat(journal()).as("events that wait").isPositive();
        // One of them does not come back: nobody who is there has seen it going.
        List<Node> back = cluster.foundationNodes().subList(0, 2);
        for (Node node : back) {
            node.start();
        }
        for (Node node : back) {
            await().atMost(PATIENCE).until(node::isReady);
        }
        await().atMost(PATIENCE.multipliedBy(2))
                .untilAsserted(
                        () -> assertThat(new TreeSet<>(values("LostSlow"))).containsAll(acknowledged));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(new TreeSet<>(heard("Lost"))).containsAll(acknowledged));
        awaitJournalEmpty();
        Node missing = cluster.foundationNodes().get(2);
        missing.start();
        await().atMost(PATIENCE).until(missing::isReady);
    }

    private static void define(int node, String name) throws Exception {
        RestClient.Answer source = rest(node).put("Things", thing(name, """
                "n": {"baseType": "NUMBER", "aspects": {"dataChangeType": "ALWAYS"}}""", ""));
        assertThat(source.status()).as(source.body()).isEqualTo(200);
        RestClient.Answer hearer = rest(node).put("Things", thing(name + "Hearer", """
                "heard": {"baseType": "STRING"}""", """
                "onN": {"eventName": "DataChange", "source": "%s", "sourceProperty": "n",
                  "serviceImplementation": {"handlerName": "Script", "configurationTables": {"Script": {"rows": [
                    {"code": "me.heard = me.heard + eventData.newValue.value + ',';"}]}}}}""".formatted(name)));
        assertThat(hearer.status()).as(hearer.body()).isEqualTo(200);
    }

    private static String thing(String name, String properties, String subscriptions) {
        return """
                {"name": "%s", "thingTemplate": "GenericThing", "propertyDefinitions": {%s}, "subscriptions": {%s}}""".formatted(name, properties, subscriptions);
    }

    private static void write(int node, String thing, int value) throws Exception {
        RestClient.Answer answer = rest(node).put("Things/" + thing + "/Properties/n", "{\"n\": " + value + "}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    /** Through one node after the other until one takes it; only what was answered with 200 counts. */
    private static void writeAnywhere(String thing, int value, Set<Integer> acknowledged) throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            try {
                RestClient.Answer answer =
                        rest(value + i).put("Things/" + thing + "/Properties/n", "{\"n\": " + value + "}");
                if (answer.status() == 200) {
                    acknowledged.add(value);
                    return;
                }
            } catch (IOException e) {
                // It is dead; the next one is asked.
                continue;
            }
        }
    }

    private static List<Integer> heard(String name) throws IOException, InterruptedException {
        return values(name + "Hearer");
    }

    private static List<Integer> values(String thing) throws IOException, InterruptedException {
        List<Integer> values = new ArrayList<>();
        RestClient.Answer answer = rest(0).get("Things/" + thing + "/Properties/heard");
        for (String value : answer.json().at("/rows/0/heard").asText().split(",")) {
            if (!value.isEmpty()) {
                values.add(Integer.parseInt(value));
            }
        }
        return values;
    }

    private static void awaitJournalEmpty() {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(journal()).isZero());
    }

    private static int journal() throws Exception {
        try (Connection connection = cluster.connectToDatabase();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from event_journal")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static RestClient rest(int index) {
        return cluster.rest(cluster.foundationNodes().get(index % 3), Duration.ofSeconds(17));
    }
}
