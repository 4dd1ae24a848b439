package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.steadfast.it.harness.Distribution;
import org.steadfast.it.harness.OtherVersion;
import org.steadfast.it.harness.TemporaryFolder;
import org.steadfast.protocol.json.Json;

/** What a new user does: start a cluster by one command, try what it prints, stop it, start it again. */
final class ClusterCommandIT {
    private static final Duration START = Duration.ofSeconds(180);
    private static final Pattern ROW =
            Pattern.compile("^ {2}(\\S+) +(\\S+) +(\\S+:\\d+) +(\\w+) +(\\d+)$", Pattern.MULTILINE);

    private TemporaryFolder folder;
    private Process cluster;
    private Path output;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = TemporaryFolder.create();
        output = folder.path().resolve("output.txt");
    }

    @AfterEach
    void removeFolder() throws Exception {
        if (cluster != null && cluster.isAlive()) {
            cluster.destroy();
            if (!cluster.waitFor(2, TimeUnit.MINUTES)) {
                cluster.destroyForcibly();
            }
        }
        folder.close();
    }

    @Test
    void whatTheClusterPrintsWorksASecondStartFindsTheDataAndNodesAreStartedAgain() throws Exception {
        startCluster();
        List<Matcher> rows = rows();
        assertThat(rows)
                .extracting(row -> row.group(2))
                .containsExactlyInAnyOrder(
                        "coordinator",
                        "database",
                        "foundation-node",
                        "foundation-node",
                        "connection-server",
                        "connection-server");
        assertThat(rows).extracting(row -> row.group(4)).containsOnly("ready");
        requireStatus(rows);
        requireThatASecondOneIsRefused();
        changesHowMuchAllNodesLog();
        List<String> toTry = printed()
                .lines()
                .filter(line -> line.startsWith("  curl") || line.contains("device-simulator"))
                .map(String::strip)
                .toList();
        assertThat(toTry).hasSize(3);

        assertThat(shell(toTry.get(0))).isEmpty();
        assertThat(shell(toTry.get(1))).contains("\"rows\":[{\"pressure\":4.2}]");
        assertThat(shell(toTry.get(2) + " 2>&1")).contains("lost         0 of");
        stopCluster(rows);
        Process status = cluster("status");
        String said = output(status);
        assertThat(status.waitFor()).as(said).isEqualTo(3);
        assertThat(said.lines().filter(line -> line.contains(" ended "))).hasSize(6);

        startCluster();
        String read = toTry.get(1).substring(toTry.get(1).indexOf("&& ") + 3);
        assertThat(shell(read)).contains("\"rows\":[{\"pressure\":4.2}]");

        aNodeThatDiesIsStartedAgainAndTheOthersHearOfItBeforeItsSessionEnds();
        isBroughtToAnotherVersionUnderLoad();
        goesBackToTheVersionBeforeWhereOneDoesNotStart();
        refusesToRestartWhereThatIsNotSafe();
        stopCluster(List.of());
    }

    private void changesHowMuchAllNodesLog() throws Exception {
        String logger = "org.steadfast.foundation.script";
        Process set = cluster("log-level", logger, "DEBUG");
        String said = output(set);
        assertThat(set.waitFor()).as(said).isZero();
        for (int i = 1; i <= 2; i++) {
            assertThat(Files.readString(folder.path().resolve("instance/log/foundation" + i + ".log")))
                    .contains(logger + " is logged from DEBUG on, as Administrator wants it");
        }
        Process told = cluster("log-level", "org.steadfast");
        assertThat(output(told)).contains("INFO  org.steadfast\n").contains("DEBUG " + logger + "\n");
        Process log = cluster("log", "--text=IS LOGGED FROM debug", "--minutes=10");
        said = output(log);
        assertThat(log.waitFor()).as(said).isZero();
        assertThat(said.lines())
                .hasSize(2)
                .allMatch(line -> line.matches("\\S+Z INFO  foundation[12] ClusterLogs: " + logger + " is .*"));
        Process wrong = cluster("log-level", logger, "LOUD");
        said = output(wrong);
        assertThat(wrong.waitFor()).as(said).isEqualTo(1);
        assertThat(said).contains("level", "TRACE, DEBUG, INFO, WARN, ERROR, OFF");
    }

    private void aNodeThatDiesIsStartedAgainAndTheOthersHearOfItBeforeItsSessionEnds() throws Exception {
        Matcher victim = row("connection-server");
        ProcessHandle.of(Long.parseLong(victim.group(5))).orElseThrow().destroyForcibly();

        await().atMost(START).until(() -> printed().contains(victim.group(1) + " ended with status 137"));
        awaitReady(victim);

        Matcher member = row("foundation-node");
        ProcessHandle.of(Long.parseLong(member.group(5))).orElseThrow().destroyForcibly();
        // Said only by whoever still finds the entry of the session.
        await().atMost(START)
                .until(() -> printed()
                        .contains(member.group(1) + " (process " + member.group(5)
                                + ") has ended; the cluster goes on without it"));
        awaitReady(member);
    }

    private void isBroughtToAnotherVersionUnderLoad() throws Exception {
        String load = printed()
                .lines()
                .filter(line -> line.contains("device-simulator"))
                .findFirst()
                .orElseThrow()
                .replace("--duration 10s", "--duration 10m");
        // In the place of the shell, so that the signal which ends it reaches it.
        Process devices = new ProcessBuilder("sh", "-c", "exec env " + load.strip() + " 2>&1").start();
        // Its things are created through one node, which must not be away just then.
        Matcher server = row("connection-server");
        await().atMost(START)
                .until(() -> shell("curl -sf http://" + server.group(3) + "/Thingworx/Metrics")
                        .lines()
                        .anyMatch(line -> line.startsWith("steadfast_devices_bindings{") && !line.endsWith(" 0.0")));

        Distribution next = OtherVersion.of(
                Distribution.built(), "0.2.0-next", folder.path().resolve("next"));
        Process restart = clusterOf(next, "restart");
        String said = output(restart);
        assertThat(restart.waitFor()).as(said).isZero();
        assertThat(said).contains("Ready: foundation1 after", "All 4 nodes were restarted");
        assertThat(versions()).hasSize(4).containsOnly("0.2.0-next");
        // Not before all nodes are back: it asks one of them for what became of its values.
        // By its handle: the other way closes what it prints, too.
        devices.toHandle().destroy();
        String told = output(devices);
        assertThat(devices.waitFor()).as(told).isZero();
        assertThat(told).contains("lost         0 of");
    }

    private void goesBackToTheVersionBeforeWhereOneDoesNotStart() throws Exception {
        Distribution bad =
                OtherVersion.of(Distribution.built(), "0.3.0-bad", folder.path().resolve("bad"));
        OtherVersion.breakNodes(bad, "connection-server");
        Process restart = clusterOf(bad, "restart");
        String said = output(restart);
        assertThat(restart.waitFor()).as(said).isEqualTo(1);
        assertThat(said)
                .contains("Ready: foundation2")
                .contains("connection1 was started 3 times and has ended each time")
                .contains("With the programs in " + bad.home() + " it does not run")
                .contains("it was started again from " + folder.path().resolve("next") + " and is ready")
                .doesNotContain("Stopping connection2");
        assertThat(versions()).containsExactly("0.3.0-bad", "0.3.0-bad", "0.2.0-next", "0.2.0-next");
    }

    private List<String> versions() throws Exception {
        List<String> versions = new ArrayList<>();
        for (JsonNode node : Json.read(output(cluster("status", "--json")))) {
            if (node.has("version")) {
                versions.add(node.path("version").asText());
            }
        }
        return versions;
    }

    private void refusesToRestartWhereThatIsNotSafe() throws Exception {
        shell("kill -9 $(cut -d' ' -f1 " + folder.path().resolve("instance/run/foundation2.pid") + ")");
        Process refused = cluster("restart");
        String said = output(refused);
        assertThat(refused.waitFor()).as(said).isEqualTo(1);
        assertThat(said).contains("foundation2").doesNotContain("Stopping");
        awaitReady(row("foundation-node"));
    }

    /** All are ready and one fires; of one that does not answer it says so. */
    private void requireStatus(List<Matcher> rows) throws Exception {
        // The role is taken after the start.
        await().atMost(START).until(() -> output(cluster("status")).contains("singleton"));
        Process ready = cluster("status", "--json");
        String said = output(ready);
        assertThat(ready.waitFor()).as(said).isZero();
        List<JsonNode> nodes = new ArrayList<>();
        Json.read(said).forEach(nodes::add);
        assertThat(nodes).hasSize(6).allSatisfy(node -> {
            assertThat(node.path("state").asText()).isEqualTo("ready");
            Matcher row = rows.stream()
                    .filter(one -> one.group(1).equals(node.path("id").asText()))
                    .findFirst()
                    .orElseThrow();
            assertThat(node.path("process").asText()).isEqualTo(row.group(5));
            assertThat(node.path("address").asText()).isEqualTo(row.group(3));
        });
        assertThat(nodes.stream().filter(node -> node.path("singleton").asBoolean()))
                .hasSize(1);
        assertThat(nodes.stream().filter(node -> node.path("role").asText().equals("foundation-node")))
                .allSatisfy(node ->
                        assertThat(node.path("leaseAgeMillis").asInt(-1)).isBetween(0, 5_000));

        String version = output(cluster("status", "--version"));
        assertThat(nodes.stream().filter(node -> node.has("version")))
                .hasSize(4)
                .allSatisfy(node ->
                        assertThat("Steadfast " + node.path("version").asText()).isEqualTo(version.strip()));

        Matcher frozen = row("connection-server");
        shell("kill -STOP " + frozen.group(5));
        try {
            Process partly = cluster("status");
            said = output(partly);
            assertThat(partly.waitFor()).as(said).isEqualTo(1);
            assertThat(said).containsPattern(frozen.group(1) + " .* no answer").contains("singleton");
        } finally {
            shell("kill -CONT " + frozen.group(5));
        }
    }

    private Process cluster(String... command) throws IOException {
        return clusterOf(Distribution.built(), command);
    }

    private Process clusterOf(Distribution distribution, String... command) throws IOException {
        List<String> words = new ArrayList<>(List.of("cluster"));
        words.addAll(List.of(command));
        words.add("--instance=" + folder.path().resolve("instance"));
        return distribution
                .startingQuickly()
                .command(words, Map.of())
                .redirectErrorStream(true)
                .start();
    }

    private static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private Matcher row(String role) throws IOException {
        return rows().stream()
                .filter(row -> row.group(2).equals(role))
                .findFirst()
                .orElseThrow();
    }

    private static void awaitReady(Matcher row) {
        await().atMost(START)
                .ignoreExceptions()
                .until(() -> shell("curl -sf http://" + row.group(3) + "/Thingworx/ready")
                        .contains("\"state\":\"ready\""));
    }

    private void requireThatASecondOneIsRefused() throws Exception {
        Process second = command().redirectErrorStream(true).start();
        String said = output(second);
        assertThat(second.waitFor()).isEqualTo(12);
        assertThat(said).contains("is in use by the live process " + cluster.pid());
    }

    private ProcessBuilder command() {
        return Distribution.built()
                .startingQuickly()
                .command(
                        List.of(
                                "cluster",
                                "run",
                                "--free-ports",
                                "--instance=" + folder.path().resolve("instance")),
                        Map.of());
    }

    private void startCluster() throws IOException {
        Files.deleteIfExists(output);
        cluster = command()
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        await().atMost(START).until(() -> printed().contains("Ctrl-C stops the cluster") || !cluster.isAlive());
        assertThat(cluster.isAlive()).as(printed()).isTrue();
    }

    private void stopCluster(List<Matcher> rows) throws Exception {
        cluster.destroy();
        assertThat(cluster.waitFor(2, TimeUnit.MINUTES))
                .as("the cluster stops in time")
                .isTrue();
        assertThat(cluster.exitValue()).as(printed()).isZero();
        for (Matcher row : rows) {
            assertThat(ProcessHandle.of(Long.parseLong(row.group(5))).filter(ProcessHandle::isAlive))
                    .as("process of " + row.group(1))
                    .isEmpty();
        }
        assertThat(printed()).doesNotContain("was killed");
    }

    private List<Matcher> rows() throws IOException {
        return printed().lines().map(ROW::matcher).filter(Matcher::find).toList();
    }

    private String printed() throws IOException {
        return Files.exists(output) ? Files.readString(output) : "";
    }

    private static String shell(String line) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", line.replace("curl ", "curl -s ")).start();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(line + "\n" + answer).isZero();
        return answer;
    }
}
