package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.shared.OnCluster;

/** Definitions are the same on every node of a real cluster when a change is answered, and whole when a node dies under them. */
@OnCluster(foundationNodes = 3)
final class ModelIT {
    private static final int ROUNDS = 30;

    private static ClusterUnderTest cluster;

    @BeforeAll
    static void useCluster(ClusterUnderTest shared) {
        cluster = shared;
    }

    /** The template is changed through one node, and its thing is used through the two others as soon as that is answered. */
    @Test
    void whatAnsweredIsKnownToEveryNode() throws Exception {
        ok(rest(0).put("ThingTemplates", "{\"name\":\"Known\"}"));
        ok(rest(1).put("Things", "{\"name\":\"known\",\"thingTemplate\":\"Known\"}"));
        for (int i = 0; i < ROUNDS; i++) {
            // Every node has the thing in memory as it was.
            for (Node node : cluster.foundationNodes()) {
                ok(cluster.rest(node).get("Things/known/Properties"));
            }
            String property = "p" + i;
            ok(rest(i).post(
                            "ThingTemplates/Known/Services/AddPropertyDefinition",
                            "{\"name\":\"" + property + "\",\"type\":\"NUMBER\"}"));
            ok(rest(i + 1).put("Things/known/Properties/" + property, Integer.toString(i)));
            RestClient.Answer read = rest(i + 2).get("Things/known/Properties/" + property);
            assertThat(read.status()).as(read.body()).isEqualTo(200);
            assertThat(read.json().at("/rows/0/" + property).asInt()).isEqualTo(i);
            ok(rest(i + 2)
                    .post("ThingTemplates/Known/Services/RemovePropertyDefinition", "{\"name\":\"" + property + "\"}"));
            assertThat(rest(i).get("Things/known/Properties/" + property).status())
                    .isEqualTo(404);
        }
    }

    /** Each change is there in full or not at all, and those that were answered are there, though the node that makes them dies. */
    @Test
    void changesSurviveTheDeathOfTheNodeThatMakesThem() throws Exception {
        ok(rest(0).put("ThingShapes", "{\"name\":\"Dying\"}"));
        Node victim = cluster.foundationNodes().get(2);
        AtomicBoolean ended = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<List<String>>> writers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String prefix = "dying" + i + "n";
                writers.add(threads.submit(() -> createUntil(ended, victim, prefix)));
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> rest(0).get("Things?nameMask=dying*")
                                    .json()
                                    .path("rows")
                                    .size()
                            > 40);
            victim.kill();
            ended.set(true);
            for (Future<List<String>> writer : writers) {
                for (String answered : writer.get(60, TimeUnit.SECONDS)) {
                    RestClient.Answer thing = rest(0).get("Things/" + answered);
                    assertThat(thing.status()).as(answered).isEqualTo(200);
                    assertThat(thing.json()
                                    .at("/effectiveShape/propertyDefinitions/own/baseType")
                                    .asText())
                            .isEqualTo("STRING");
                }
            }
        } finally {
            ended.set(true);
            threads.shutdownNow();
        }
        // What the dead node has left is changed and deleted like anything else.
        assertThat(rest(1).post("Resources/EntityServices/Services/DeleteThingShape", "{\"name\":\"Dying\"}")
                        .status())
                .isEqualTo(403);
        for (var row :
                rest(1).get("Things?nameMask=dying*&maxItems=10000").json().path("rows")) {
            made(rest(1).post(
                            "Resources/EntityServices/Services/DeleteThing",
                            "{\"name\":\"" + row.path("name").asText() + "\"}"));
        }
        made(rest(1).post("Resources/EntityServices/Services/DeleteThingShape", "{\"name\":\"Dying\"}"));
        victim.start();
        await().atMost(Duration.ofSeconds(90)).until(victim::isReady);
    }

    /** @return names whose making was answered */
    private static List<String> createUntil(AtomicBoolean ended, Node node, String prefix) throws InterruptedException {
        List<String> answered = new ArrayList<>();
        for (int i = 0; !ended.get(); i++) {
            try {
                RestClient.Answer answer = cluster.rest(node)
                        .put(
                                "Things",
                                "{\"name\":\"" + prefix + i + "\",\"implementedShapes\":[\"Dying\"],"
                                        + "\"propertyDefinitions\":{\"own\":{\"baseType\":\"STRING\"}}}");
                if (answer.status() == 200) {
                    answered.add(prefix + i);
                }
            } catch (IOException e) {
                // The node died before it answered: nobody was promised anything.
                return answered;
            }
        }
        return answered;
    }

    private static RestClient rest(int index) {
        return cluster.rest(cluster.foundationNodes().get(index % 3));
    }

    private static void ok(RestClient.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    /** While a node is gone and the others do not know it yet, whether all have heard may not be known. */
    private static void made(RestClient.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isIn(200, 202);
    }
}
