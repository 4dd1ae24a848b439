package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.it.harness.ClusterLayout;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.harness.Shell;
import org.steadfast.it.shared.OnCluster;

/** A cluster that works is backed up, with all that earlier suites have left in it, and comes to life again in another place. */
@OnCluster(foundationNodes = 2, connectionServers = 2)
final class RestoreIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static ClusterUnderTest cluster;

    @TempDir
    private Path folder;

    @BeforeAll
    static void useCluster(ClusterUnderTest shared) {
        cluster = shared;
    }

    @Test
    void whatWasAcknowledgedBeforeTheBackupIsInTheRestoredCluster() throws Exception {
        ok(rest(cluster).put("Things", "{\"name\": \"Archive\", \"thingTemplate\": \"ValueStream\"}"));
        ok(rest(cluster).put("Things", """
                {"name": "Kept", "thingTemplate": "GenericThing", "valueStream": "Archive", "propertyDefinitions": {
                 "level": {"baseType": "NUMBER", "aspects": {"isLogged": true}}, "text": {"baseType": "STRING"}}}"""));
        ok(rest(cluster).put("Things/Kept/Properties/text", "{\"text\": \"a\\nb\\\\ \\u00fc\"}"));
        ok(rest(cluster).put("Things", "{\"name\": \"Papers\", \"thingTemplate\": \"FileRepository\"}"));
        ok(rest(cluster)
                .post("Things/Papers/Services/SaveText", "{\"path\": \"/a/\u00fc.txt\", \"content\": \"kept too\"}"));
        AtomicInteger acknowledged = new AtomicInteger();
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            try {
                while (acknowledged.get() >= 0) {
                    ok(rest(cluster)
                            .put("Things/Kept/Properties/level", "{\"level\": " + (acknowledged.get() + 1) + "}"));
                    acknowledged.updateAndGet(value -> value < 0 ? value : value + 1);
                }
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        await().atMost(PATIENCE).until(() -> acknowledged.get() > 20);

        Path file = folder.resolve("one.backup");
        int before = acknowledged.get();
        Shell.Ended made;
        int after;
        try {
            made = cluster.command("backup", "--to=" + file);
        } finally {
            after = acknowledged.getAndSet(-1);
        }
        assertThat(made.status()).as(made.output()).isZero();
        assertThat(made.output()).startsWith("Backed up ").containsPattern("tables and [1-9][0-9,]* files");
        writing.get();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertThat(zip.stream().map(ZipEntry::getName))
                    .contains("settings/platform-settings.json", "settings/nodes/foundation1.json");
        }
        assertThat(after).as("values written while the backup was made").isGreaterThan(before);
        Shell.Ended refused = cluster.command("restore", file.toString());
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.output()).contains("the database is not empty");

        try (ClusterUnderTest restored = ClusterUnderTest.create(ClusterLayout.of(2, 0)
                .withSetting("BackupSettings.Schedule", "0/5 * * * * ?")
                .withSetting("BackupSettings.Keep", "2"))) {
            restored.database().start();
            restored.database().awaitReady(PATIENCE);
            Shell.Ended done = restored.command("restore", file.toString());
            assertThat(done.status()).as(done.output()).isZero();
            assertThat(done.output()).startsWith("Restored ");
            restored.startAll();

            assertThat(things(restored)).isEqualTo(things(cluster)).contains("Kept");
            assertThat(ok(rest(restored).post("Things/Papers/Services/LoadText", "{\"path\": \"/a/\u00fc.txt\"}"))
                            .json()
                            .at("/rows/0/result")
                            .asText())
                    .isEqualTo("kept too");
            JsonNode row =
                    ok(rest(restored).get("Things/Kept/Properties")).json().at("/rows/0");
            assertThat(row.path("text").asText()).isEqualTo("a\nb\\ ü");
            int level = row.path("level").asInt();
            assertThat(level).isBetween(before, after + 1);
            List<Integer> history = new ArrayList<>();
            ok(rest(restored)
                            .post(
                                    "Things/Kept/Services/QueryNumberPropertyHistory",
                                    "{\"propertyName\": \"level\", \"maxItems\": 10000, \"oldestFirst\": true}"))
                    .json()
                    .path("rows")
                    .forEach(entry -> history.add(entry.path("value").asInt()));
            assertThat(history)
                    .as("as of the same moment as the value")
                    .hasSize(level)
                    .endsWith(level)
                    .doesNotHaveDuplicates();
            ok(rest(restored).put("Things/Kept/Properties/level", "{\"level\": -1}"));
            assertThat(ok(rest(restored).get("Things/Kept/Properties/level"))
                            .json()
                            .at("/rows/0/level")
                            .asInt())
                    .isEqualTo(-1);
            backupsAreMadeByThemselvesWhoeverDies(restored);
        }
    }

    private void backupsAreMadeByThemselvesWhoeverDies(ClusterUnderTest of) throws Exception {
        Path there = of.instance().resolve("ThingworxBackupStorage");
        await().atMost(PATIENCE).until(() -> backups(there).size() == 2);
        String newest = backups(there).get(1);
        Node victim = singleton(of);
        victim.kill();
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(backups(there)).hasSize(2).first().asString().isGreaterThan(newest));
        victim.start();
        victim.awaitReady(PATIENCE);
    }

    private static Node singleton(ClusterUnderTest of) throws IOException, InterruptedException {
        for (JsonNode row : ok(rest(of).post("Subsystems/ClusteringSubsystem/Services/GetClusterNodes", "{}"))
                .json()
                .path("rows")) {
            if (row.path("singleton").asBoolean()) {
                return of.foundationNodes().stream()
                        .filter(node -> node.id().equals(row.path("platformId").asText()))
                        .findFirst()
                        .orElseThrow();
            }
        }
        throw new AssertionError("no node is the singleton");
    }

    private static List<String> backups(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".backup"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> things(ClusterUnderTest of) throws IOException, InterruptedException {
        List<String> names = new ArrayList<>();
        ok(rest(of).get("Things?maxItems=10000"))
                .json()
                .path("rows")
                .forEach(row -> names.add(row.path("name").asText()));
        return names;
    }

    private static RestClient.Answer ok(RestClient.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private static RestClient rest(ClusterUnderTest of) {
        return of.rest(of.foundationNodes().get(0), Duration.ofSeconds(30));
    }
}
