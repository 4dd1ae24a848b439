package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.shared.OnCluster;

/** What an application does takes effect whole or not at all, though the node that does it dies in the middle. */
@OnCluster(foundationNodes = 2, connectionServers = 2)
final class PlatformFaultsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int THINGS = 400;
    private static final int PROPERTIES = 10;
    private static final int FILE_CHARACTERS = 400_000;

    private static ClusterUnderTest cluster;

    @BeforeAll
    static void useCluster(ClusterUnderTest shared) {
        cluster = shared;
    }

    @Test
    void aBundleIsImportedWholeOrNotAtAll() throws Exception {
        Node victim = cluster.foundationNodes().get(1);
        long start = System.nanoTime();
        assertThat(imported(rest(1), "Calm").status()).isEqualTo(200);
        long calm = (System.nanoTime() - start) / 1_000_000;
        assertThat(things("Calm")).isEqualTo(THINGS);
        List<Integer> found = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            String prefix = "Torn" + round;
            CompletableFuture<Integer> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return imported(rest(1), prefix).status();
                } catch (IOException e) {
                    // It died before it answered.
                    return 0;
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            // At different moments of the work.
            new CompletableFuture<Void>()
                    .completeOnTimeout(null, calm * (round + 1) / 5, TimeUnit.MILLISECONDS)
                    .get();
            victim.kill();
            int status = answer.get(60, TimeUnit.SECONDS);
            int there = things(prefix);
            found.add(there);
            if (status == 200) {
                assertThat(there).as("things of an import that was answered").isEqualTo(THINGS);
            } else {
                assertThat(there)
                        .as("things of an import that was not answered")
                        .isIn(0, THINGS);
            }
            // Again, through the node that is left: the same bundle, whatever became of the first attempt.
            RestClient.Answer again = imported(rest(0), prefix);
            assertThat(again.status()).as(again.body()).isIn(200, 202);
            assertThat(things(prefix)).isEqualTo(THINGS);
            RestClient.Answer read = rest(0).get("Things/" + prefix + "n7/Properties/level");
            assertThat(read.status()).as(read.body()).isEqualTo(200);
            victim.start();
            await().atMost(PATIENCE).until(victim::isReady);
        }
        assertThat(found)
                .as("the node must have died within one of the imports")
                .contains(0);
    }

    @Test
    void whatAServiceSetsIsSetTogether() throws Exception {
        StringBuilder definitions = new StringBuilder();
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < PROPERTIES; i++) {
            definitions.append(i == 0 ? "" : ",").append("\"p%d\": {\"baseType\": \"NUMBER\"}".formatted(i));
            code.append("me.p%d = n;".formatted(i));
        }
        int callers = 4;
        for (int i = 0; i < callers; i++) {
            RestClient.Answer made = rest(0).put("Things", """
                    {"name": "Together%d", "thingTemplate": "GenericThing", "propertyDefinitions": {%s},
                     "serviceDefinitions": {"Set": {"parameterDefinitions": {"n": {"baseType": "NUMBER"}}}},
                     "serviceImplementations": {"Set": {"handlerName": "Script", "configurationTables":
                       {"Script": {"rows": [{"code": "%s"}]}}}}}""".formatted(i, definitions, code));
            assertThat(made.status()).as(made.body()).isEqualTo(200);
        }
        Node victim = cluster.foundationNodes().get(1);
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        AtomicBoolean ended = new AtomicBoolean();
        try {
            List<Future<Integer>> calling = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                String thing = "Together" + i;
                calling.add(threads.submit(() -> callUntil(ended, thing)));
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> value("Together0", 0) > 50);
            victim.kill();
            ended.set(true);
            for (int i = 0; i < callers; i++) {
                int answered = calling.get(i).get(60, TimeUnit.SECONDS);
                String thing = "Together" + i;
                assertThat(answered).isPositive();
                // The owner may have to be found anew.
                await().atMost(PATIENCE)
                        .until(() ->
                                rest(0).get("Things/" + thing + "/Properties").status() == 200);
                JsonNode row =
                        rest(0).get("Things/" + thing + "/Properties").json().at("/rows/0");
                double first = row.path("p0").asDouble();
                assertThat(first)
                        .as("what was answered, or what was under way")
                        .isBetween(answered + 0.0, answered + 1.0);
                for (int p = 0; p < PROPERTIES; p++) {
                    assertThat(row.path("p" + p).asDouble())
                            .as(thing + " p" + p)
                            .isEqualTo(first);
                }
            }
        } finally {
            ended.set(true);
            threads.shutdownNow();
        }
        victim.start();
        await().atMost(PATIENCE).until(victim::isReady);
    }

    @Test
    void aFileIsWholeAndTheLastOneThatWasAnsweredThoughTheNodeThatWritesDies() throws Exception {
        assertThat(rest(0).put("Things", "{\"name\": \"TornFiles\", \"thingTemplate\": \"FileRepository\"}")
                        .status())
                .isEqualTo(200);
        Node victim = cluster.foundationNodes().get(1);
        AtomicInteger answered = new AtomicInteger();
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            try {
                while (saved(answered.get() + 1)) {
                    answered.incrementAndGet();
                }
            } catch (IOException e) {
                // It died before it answered.
                return;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        await().atMost(PATIENCE).until(() -> answered.get() > 20);
        victim.kill();
        writing.get(60, TimeUnit.SECONDS);
        // Who may see it is asked of shared state, which takes the death in first.
        await().atMost(PATIENCE).until(() -> file().status() == 200);
        String content = file().json().at("/rows/0/result").asText();
        assertThat(content).hasSize(FILE_CHARACTERS);
        String number = content.substring(0, content.indexOf(' '));
        assertThat(content).isEqualTo(content(Integer.parseInt(number)));
        assertThat(Integer.parseInt(number)).isBetween(answered.get(), answered.get() + 1);
        assertThat(rest(0).post("Things/TornFiles/Services/GetFileListing", "{}")
                        .json()
                        .path("rows"))
                .hasSize(1);
        victim.start();
        await().atMost(PATIENCE).until(victim::isReady);
    }

    private static boolean saved(int number) throws IOException, InterruptedException {
        String body = "{\"path\": \"/file\", \"content\": \"" + content(number) + "\"}";
        return rest(1).post("Things/TornFiles/Services/SaveText", body).status() == 200;
    }

    private static RestClient.Answer file() throws IOException, InterruptedException {
        return rest(0).post("Things/TornFiles/Services/LoadText", "{\"path\": \"/file\"}");
    }

    /** Its number, again and again, to the same length. */
    private static String content(int number) {
        return (number + " ").repeat(FILE_CHARACTERS).substring(0, FILE_CHARACTERS);
    }

    /** @return the last number whose call was answered */
    private static int callUntil(AtomicBoolean ended, String thing) throws InterruptedException {
        RestClient victim = rest(1);
        int answered = 0;
        while (!ended.get()) {
            try {
                RestClient.Answer answer =
                        victim.post("Things/" + thing + "/Services/Set", "{\"n\": " + (answered + 1) + "}");
                if (answer.status() != 200) {
                    return answered;
                }
                answered++;
            } catch (IOException e) {
                // It died before it answered.
                return answered;
            }
        }
        return answered;
    }

    private static double value(String thing, int property) throws IOException, InterruptedException {
        return rest(0).get("Things/" + thing + "/Properties/p" + property)
                .json()
                .at("/rows/0/p" + property)
                .asDouble();
    }

    private static RestClient.Answer imported(RestClient through, String prefix)
            throws IOException, InterruptedException {
        StringBuilder things = new StringBuilder();
        for (int i = 0; i < THINGS; i++) {
            things.append("<Thing name=\"%1$sn%2$d\" thingTemplate=\"%1$sT\"/>".formatted(prefix, i));
        }
        // What the things need stands behind them.
        return through.upload("Importer?purpose=import", prefix + ".xml", """
                <Entities><Things>%2$s</Things>
                  <ThingTemplates><ThingTemplate name="%1$sT" baseThingTemplate="GenericThing"><ThingShape>
                    <PropertyDefinitions><PropertyDefinition name="level" baseType="NUMBER"/></PropertyDefinitions>
                  </ThingShape></ThingTemplate></ThingTemplates></Entities>""".formatted(prefix, things));
    }

    private static int things(String prefix) throws IOException, InterruptedException {
        RestClient.Answer answer = rest(0).get("Things?maxItems=10000&nameMask=" + prefix + "n*");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().path("rows").size();
    }

    private static RestClient rest(int index) {
        return cluster.rest(cluster.foundationNodes().get(index), Duration.ofSeconds(30));
    }
}
