package org.steadfast.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.steadfast.coordination.chassis.ExitCode;

/** {@code cluster create} for several machines. The addresses are of a network that is nobody's. */
class ClusterOnMachinesTest {
    private static final String COORDINATORS = "--coordinators=198.51.100.1,198.51.100.2,198.51.100.3";
    private static final String FOUNDATION_NODES = "--foundation-nodes=198.51.100.1,198.51.100.2";
    private static final String CONNECTION_SERVERS = "--connection-servers=198.51.100.1,198.51.100.1";
    private static final String DATABASE = "--database-machine=198.51.100.3";

    @TempDir(factory = OpenTempFolder.class)
    private Path temp;

    private Path instance() {
        return temp.resolve("shared");
    }

    private CommandLineResult run(String command, String... options) {
        List<String> words = new ArrayList<>(List.of("cluster", command, "--instance=" + instance()));
        words.addAll(List.of(options));
        return CommandLineResult.of(words.toArray(String[]::new));
    }

    /** @param more which replace those of the same name */
    private CommandLineResult create(String... more) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String option : List.of(COORDINATORS, FOUNDATION_NODES, CONNECTION_SERVERS, DATABASE)) {
            options.put(name(option), option);
        }
        for (String option : more) {
            options.put(name(option), option);
        }
        return run("create", options.values().toArray(String[]::new));
    }

    private static String name(String option) {
        return option.substring(0, option.indexOf('='));
    }

    private JsonNode json(String file) throws IOException {
        return new ObjectMapper().readTree(instance().resolve(file).toFile());
    }

    private JsonNode settings(String node, String section) throws IOException {
        return json("ThingworxPlatform/nodes/" + node + ".json")
                .path("PlatformSettingsConfig")
                .path(section);
    }

    @Test
    void eachNodeListensOnItsOwnMachineAtTheUsualPortOrTheNext() throws Exception {
        CommandLineResult result = create();
        assertThat(result.errors()).isEmpty();
        assertThat(result.status()).isZero();
        assertThat(StreamSupport.stream(json("cluster.json").path("nodes").spliterator(), false)
                        .map(node -> node.path("id").asText() + " "
                                + node.path("host").asText() + ":"
                                + node.path("port").asInt()))
                .containsExactly(
                        "coordinator1 198.51.100.1:2181",
                        "coordinator2 198.51.100.2:2181",
                        "coordinator3 198.51.100.3:2181",
                        "database 198.51.100.3:5433",
                        "foundation1 198.51.100.1:8080",
                        "foundation2 198.51.100.2:8080",
                        "connection1 198.51.100.1:8090",
                        "connection2 198.51.100.1:8091");
        assertThat(settings("coordinator2", "CoordinatorSettings")
                        .path("Ensemble")
                        .asText())
                .isEqualTo("1=198.51.100.1:2888:3888, 2=198.51.100.2:2888:3888, 3=198.51.100.3:2888:3888");
        assertThat(settings("foundation2", "SharedStateSettings").path("Host").asText())
                .isEqualTo("198.51.100.2");
    }

    @Test
    void whatAMachineHasForItselfIsNotInTheSharedFolder() throws Exception {
        create("--local-folder=/srv/own");
        assertThat(settings("coordinator1", "CoordinatorSettings")
                        .path("DataFolder")
                        .asText())
                .isEqualTo("/srv/own/coordinator/coordinator1/data");
        JsonNode shared = json("ThingworxPlatform/platform-settings.json").path("PlatformSettingsConfig");
        assertThat(shared.at("/EmbeddedDatabaseSettings/DataFolder").asText()).isEqualTo("/srv/own/database/data");
        assertThat(shared.at("/SharedStateSettings/WorkFolder").asText()).isEqualTo("/srv/own/work");
        assertThat(shared.at("/BasicSettings/Storage").asText()).isEqualTo("../ThingworxStorage");
        assertThat(instance().resolve("log")).doesNotExist();
    }

    @Test
    void copiesOfCertificatesAreNotInTheSharedFolder() throws Exception {
        assertThat(create("--local-folder=/srv/own", "--tls=generated").errors())
                .isEmpty();
        JsonNode tls =
                json("ThingworxPlatform/platform-settings.json").at("/PlatformSettingsConfig/CoordinatorTlsSettings");
        assertThat(tls.path("Enabled").asBoolean()).isTrue();
        assertThat(tls.path("CopiesFolder").asText()).isEqualTo("/srv/own/work/tls");
    }

    @Test
    void itHasAFolderOfTheClustersNameWhereNoneIsNamed() throws Exception {
        create();
        assertThat(json("cluster.json").path("localFolder").asText()).isEqualTo("/var/lib/steadfast/shared");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--coordinators=1 | --coordinators names no machines",
                "--coordinators=198.51.100.1,198.51.100.2 | an odd number",
                "--connection-servers=198.51.100.1:8090 | 198.51.100.1:8090' is no machine",
                "--connection-servers=198.51.100.1, 198.51.100.2 | 198.51.100.2' is no machine",
                "--foundation-nodes=198.51.100.1, | is no machine",
                "--database-url=jdbc:postgresql://db1/thingworx | --database-machine goes with"
            })
    void whatCannotBeIsRefused(String option, String reason) {
        CommandLineResult result = create(option);
        assertThat(result.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.errors()).contains(reason);
        assertThat(instance()).doesNotExist();
    }

    @Test
    void whatAnotherClusterHasLeftOnAMachineIsNotTaken() throws Exception {
        Path local = Files.createDirectory(temp.resolve("local"));
        Files.writeString(local.resolve("cluster-id"), "of another one");
        run("create", "--free-ports", "--local-folder=" + local);
        CommandLineResult result = run("run", "--service");
        assertThat(result.status()).isEqualTo(ExitCode.STORAGE_UNUSABLE.code());
        assertThat(result.errors()).hasLineCount(1).contains("what is in " + local + " is of another cluster");
    }

    @Test
    void aServiceNeverLaysAClusterOut() throws Exception {
        Files.createDirectory(instance());
        CommandLineResult result = run("run", "--service");
        assertThat(result.status()).isEqualTo(ExitCode.STORAGE_UNUSABLE.code());
        assertThat(result.errors()).contains("there is no cluster in " + instance());
        assertThat(instance()).isEmptyDirectory();
    }

    @Test
    void theDatabaseNeedsAMachine() {
        CommandLineResult result = run("create", COORDINATORS, FOUNDATION_NODES, CONNECTION_SERVERS);
        assertThat(result.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.errors()).contains("name the machine that runs the embedded database");
    }

    @ParameterizedTest
    @CsvSource({"run", "start", "restart", "check"})
    void aMachineThatHasNoNodeIsToldSo(String command) {
        create("--local-folder=" + temp.resolve("local"));
        CommandLineResult result = run(command);
        assertThat(result.status()).isEqualTo(ExitCode.FAILED.code());
        assertThat(result.errors())
                .hasLineCount(1)
                .contains("no node of the cluster in " + instance() + " is on this machine, which has ")
                .contains("127.0.0.1")
                .contains("its nodes are on 198.51.100.1, 198.51.100.2, 198.51.100.3");
    }

    @Test
    void aNameThatMeansThisMachineToItselfAloneIsRefused() {
        run(
                "create",
                "--coordinators=localhost",
                "--foundation-nodes=localhost,198.51.100.2",
                "--connection-servers=0",
                DATABASE,
                "--local-folder=" + temp.resolve("local"));
        CommandLineResult result = run("start");
        assertThat(result.status()).isEqualTo(ExitCode.SETTINGS_INVALID.code());
        assertThat(result.errors()).contains("localhost is a loopback address on this machine");
    }

    @ParameterizedTest
    @CsvSource({"start", "stop", "restart", "status", "check", "key", "systemd"})
    void aFolderWithoutAClusterIsNamed(String command) throws IOException {
        Files.createDirectory(instance());
        CommandLineResult result = run(command);
        assertThat(result.status()).isEqualTo(ExitCode.STORAGE_UNUSABLE.code());
        assertThat(result.errors()).hasLineCount(1).contains("there is no cluster in " + instance());
    }
}
