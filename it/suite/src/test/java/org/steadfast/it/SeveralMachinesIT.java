package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.steadfast.it.harness.Distribution;
import org.steadfast.it.harness.Network;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.harness.TemporaryFolder;
import org.steadfast.protocol.json.Json;

/**
 * What the operator of a cluster on several machines does: lays it out in a folder that they share, starts the machines one after the
 * other, loses one, and gets it back.
 */
final class SeveralMachinesIT {
    private static final List<String> MACHINES = List.of("one", "two", "three");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private TemporaryFolder folder;
    private Network network;
    private Path shared;

    @BeforeEach
    void makeMachines() throws Exception {
        assumeTrue(
                Network.obstacle().isEmpty(),
                () -> "no network namespaces here: " + Network.obstacle().orElseThrow());
        folder = TemporaryFolder.create();
        network = Network.create(MACHINES);
        shared = folder.path().resolve("shared");
        Files.createDirectory(folder.path().resolve("local"));
        for (String machine : MACHINES) {
            Files.createDirectory(folder.path().resolve(machine));
        }
    }

    @AfterEach
    void removeMachines() throws Exception {
        if (network != null) {
            for (String machine : MACHINES) {
                network.powerOff(machine);
            }
            network.close();
        }
        if (folder != null) {
            folder.close();
        }
    }

    /** What a command has said, and how it ended. */
    private record Said(int status, String text) {}

    /** A command on a machine, whose local folder is a disk of its own. */
    private Process begin(String machine, List<Path> mounts, String... words) throws IOException {
        List<String> command = new ArrayList<>(network.enter(machine));
        command.addAll(List.of("unshare", "--mount", "--propagation", "private", "--", "sh", "-ec"));
        command.add("while [ \"$1\" != -- ]; do mount --bind \"$1\" \"$2\"; shift 2; done; shift; exec \"$@\"");
        command.add("sh");
        mounts.forEach(mount -> command.add(mount.toString()));
        command.add("--");
        List<String> arguments = new ArrayList<>(List.of("cluster"));
        arguments.addAll(List.of(words));
        arguments.add("--instance=" + shared);
        ProcessBuilder builder = Distribution.built().startingQuickly().command(arguments, Map.of());
        command.addAll(builder.command());
        return builder.command(command).redirectErrorStream(true).start();
    }

    private Process begin(String machine, String... words) throws IOException {
        return begin(
                machine, List.of(folder.path().resolve(machine), folder.path().resolve("local")), words);
    }

    private static Said end(Process process) throws Exception {
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }

    private Said cluster(String machine, String... words) throws Exception {
        return end(begin(machine, words));
    }

    private static void requireDone(Said said) {
        assertThat(said.status()).as(said.text()).isZero();
    }

    private String host(String machine) {
        return network.address(machine);
    }

    private RestClient rest(String machine) throws Exception {
        Said key = cluster("one", "key");
        requireDone(key);
        return new RestClient(host(machine) + ":8080", key.text().strip(), PATIENCE);
    }

    @Test
    void machinesAreStartedOneAfterTheOtherAndOneOfThemIsLostAndComesBack() throws Exception {
        requireDone(cluster(
                "one",
                "create",
                "--coordinators=" + host("one") + "," + host("two") + "," + host("three"),
                "--foundation-nodes=" + host("one") + "," + host("two"),
                "--connection-servers=" + host("one") + "," + host("two"),
                "--database-machine=" + host("three"),
                "--local-folder=" + folder.path().resolve("local")));

        theFirstMachineWaitsForTheOthers();
        Process two = begin("two", "start");
        requireDone(cluster("three", "start"));
        requireDone(end(two));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(states("three")).doesNotContain("not ready", "no answer"));
        requireWhatOneMachineSees();
        RestClient one = rest("one");
        assertThat(one.put("Things", """
                {"name": "Pump", "thingTemplate": "GenericThing", "propertyDefinitions": {"pressure": {"baseType": "NUMBER"}}}""").status()).isEqualTo(200);
        assertThat(one.put("Things/Pump/Properties/pressure", "{\"pressure\": 1}")
                        .status())
                .isEqualTo(200);

        network.powerOff("two");
        await().atMost(PATIENCE)
                .until(() -> one.put("Things/Pump/Properties/pressure", "{\"pressure\": 2}")
                                .status()
                        == 200);
        await().atMost(PATIENCE).untilAsserted(() -> {
            Said status = cluster("one", "status");
            assertThat(status.status()).as(status.text()).isEqualTo(1);
            assertThat(status.text())
                    .containsPattern("foundation2 .* no answer")
                    .containsPattern("foundation1 .* ready .* singleton");
        });

        network.heal();
        aMachineWithoutTheSharedStorageIsRefused();
        requireDone(cluster("two", "start"));
        assertThat(rest("two")
                        .get("Things/Pump/Properties/pressure")
                        .json()
                        .at("/rows/0/pressure")
                        .asInt())
                .isEqualTo(2);

        Said restart = cluster("two", "restart");
        requireDone(restart);
        assertThat(restart.text())
                .contains("All 3 nodes of this machine were restarted")
                .doesNotContain("foundation1");
        Said third = cluster("three", "restart");
        requireDone(third);
        assertThat(third.text()).contains("Stopping coordinator3").doesNotContain("Stopping database");

        for (String machine : MACHINES) {
            requireDone(cluster(machine, "stop"));
        }
        Said status = cluster("one", "status");
        assertThat(status.status()).as(status.text()).isEqualTo(3);
    }

    private void theFirstMachineWaitsForTheOthers() throws Exception {
        Said alone = cluster("one", "start", "--timeout=2");
        assertThat(alone.status()).as(alone.text()).isEqualTo(1);
        assertThat(alone.text()).contains("they go on trying");
        Path log = folder.path().resolve("one/log/cluster.log");
        await().atMost(PATIENCE).until(() -> Files.readString(log).contains("Starting coordinator1"));
        Said again = cluster("one", "start", "--timeout=1");
        assertThat(again.status()).as(again.text()).isEqualTo(1);
        assertThat(again.text()).contains("runs already");
    }

    private List<String> states(String machine) throws Exception {
        List<String> states = new ArrayList<>();
        Json.read(cluster(machine, "status", "--json").text())
                .forEach(node -> states.add(node.path("state").asText()));
        return states;
    }

    private void requireWhatOneMachineSees() throws Exception {
        Said status = cluster("three", "status", "--json");
        requireDone(status);
        List<String> withProcess = new ArrayList<>();
        for (JsonNode node : Json.read(status.text())) {
            if (node.has("process")) {
                withProcess.add(node.path("id").asText());
            }
        }
        // Those of the others are theirs to see.
        assertThat(withProcess).containsExactly("coordinator3", "database");
        assertThat(folder.path().resolve("three/log")).isDirectoryContaining("glob:**/database.log");
        assertThat(shared).isDirectoryNotContaining("glob:**/{log,run,work,database,coordinator}");
    }

    private void aMachineWithoutTheSharedStorageIsRefused() throws Exception {
        Path empty = Files.createDirectory(folder.path().resolve("not mounted"));
        List<Path> mounts = List.of(
                folder.path().resolve("two"),
                folder.path().resolve("local"),
                empty,
                shared.resolve("ThingworxStorage"));
        Process waiting = begin("two", mounts, "start");
        Path log = folder.path().resolve("two/log/cluster.log");
        // It may be mounted later: the others of this machine stay, and it is tried again.
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(Files.readString(log))
                                .contains(
                                        "foundation2 ended with status 13; starting it again in 1 s",
                                        "ThingworxStorage (PlatformSettingsConfig.BasicSettings.Storage) is not the one that the other nodes"));
        assertThat(empty).isEmptyDirectory();
        requireDone(cluster("two", "stop"));
        Said refused = end(waiting);
        assertThat(refused.status()).as(refused.text()).isEqualTo(1);
    }
}
