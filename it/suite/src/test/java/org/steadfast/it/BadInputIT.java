package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;

/** What an operator is told when something is wrong before a node can start: one clear line each, and a status of its own. */
final class BadInputIT {
    private ClusterUnderTest cluster;

    @BeforeEach
    void layOut() throws Exception {
        cluster = ClusterUnderTest.create(1, 1);
    }

    @AfterEach
    void remove() throws Exception {
        cluster.close();
    }

    @Test
    void allErrorsOfTheSettingsAreToldAtOnceAndNothingIsStarted() throws Exception {
        edit("\"Storage\"", "\"Storge\"");
        edit("\"encrypt.link.key\"", "\"encrypt.no.such.secret\"");
        Files.writeString(overlay("foundation1"), """
                {"PlatformSettingsConfig": {"FoundationNodeSettings": {"HttpThreads": "many"}}} // a comment is allowed
                """);

        Ended ended = run("foundation-node", "foundation1");

        assertThat(ended.status()).isEqualTo(10);
        assertThat(ended.errors())
                .contains("3 problem(s) in the settings, nothing was started")
                .contains("PlatformSettingsConfig.BasicSettings.Storge: unknown key; did you mean Storage?")
                .contains(
                        "PlatformSettingsConfig.FoundationNodeSettings.HttpThreads: must be a whole number, not \"many\"")
                .contains("PlatformSettingsConfig.ClusteredModeSettings.LinkKey: ")
                .contains("has no secret no.such.secret");
        assertThat(cluster.instance().resolve("work")).doesNotExist();
    }

    @Test
    void aPortInUseIsNamedWithTheSettingThatHoldsIt() throws Exception {
        Node node = cluster.foundationNodes().get(0);
        int port = port(node);
        try (ServerSocket holder = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            Ended ended = run("foundation-node", node.id());

            assertThat(ended.status()).isEqualTo(11);
            assertThat(ended.errors().lines())
                    .singleElement()
                    .asString()
                    .startsWith("steadfast: port " + holder.getLocalPort() + " of 127.0.0.1 cannot be opened")
                    .endsWith("PlatformSettingsConfig.FoundationNodeSettings.HttpPort");
        }
    }

    @Test
    void aDataFolderOfALiveProcessIsNamedWithThatProcess() throws Exception {
        Node coordinator = cluster.coordinator();
        coordinator.start();
        coordinator.awaitReady(Duration.ofSeconds(60));

        Ended ended = run("coordinator", coordinator.id());

        assertThat(ended.status()).isEqualTo(12);
        assertThat(ended.errors().lines())
                .singleElement()
                .asString()
                .contains("is in use by the live process " + coordinator.pid());
    }

    @Test
    void theDatabasesFolderIsKeptToOneLiveProcessToo() throws Exception {
        Node database = cluster.database();
        database.start();
        database.awaitReady(Duration.ofSeconds(60));

        Ended ended = run("database", database.id());

        assertThat(ended.status()).isEqualTo(12);
        assertThat(ended.errors().lines()).singleElement().asString().contains(Long.toString(database.pid()));
    }

    @Test
    void aDatabaseThatALaterVersionHasChangedIsNotUsed() throws Exception {
        cluster.startAll();
        Node node = cluster.foundationNodes().get(0);
        node.stop();
        try (Connection connection = cluster.connectToDatabase();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("update platform_generation set oldest = 1000, version = '9.9'");
        }

        Ended ended = run(
                "foundation-node",
                node.id(),
                Map.of(ClusterUnderTest.PASSWORD_SETTING, ClusterUnderTest.DATABASE_PASSWORD));

        assertThat(ended.status()).as(ended.errors()).isEqualTo(17);
        assertThat(ended.errors().lines())
                .singleElement()
                .asString()
                .contains("version 9.9 has used the database")
                .contains("start a newer one, or restore a backup");
    }

    @Test
    void anUnwritableStorageLocationIsNamedWithItsSetting() throws Exception {
        // A file in its place: modes would not hinder root.
        Files.delete(cluster.instance().resolve("ThingworxStorage"));
        Files.writeString(cluster.instance().resolve("ThingworxStorage"), "not a folder");

        Ended ended = run("foundation-node", "foundation1");

        assertThat(ended.status()).isEqualTo(13);
        assertThat(ended.errors().lines())
                .singleElement()
                .asString()
                .contains("ThingworxStorage (PlatformSettingsConfig.BasicSettings.Storage) cannot be written");
    }

    @Test
    void aCoordinatorThatDoesNotAnswerIsNamed() throws Exception {
        Ended ended = run(
                "connection-server",
                "connection1",
                Map.of(
                        "STEADFAST__PlatformSettingsConfig__ClusteredModeSettings__CoordinatorConnectionTimeout",
                        "2 s"));

        assertThat(ended.status()).isEqualTo(14);
        assertThat(ended.errors().lines())
                .singleElement()
                .asString()
                .contains("the coordinator at " + cluster.coordinator().address() + " did not answer within 2 s");
    }

    @Test
    void aWrongOptionIsAUsageError() throws Exception {
        Process process = cluster.distribution()
                .command(List.of("foundation-node", "--idd=x"), Map.of())
                .start();
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(errors).contains("--id");
    }

    private record Ended(int status, String errors) {}

    private Ended run(String role, String id) throws IOException, InterruptedException {
        return run(role, id, Map.of());
    }

    private Ended run(String role, String id, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path errors = Files.createTempFile(cluster.instance(), "errors", ".txt");
        Process process = cluster.distribution()
                .command(
                        List.of(role, "--platform=" + cluster.instance().resolve("ThingworxPlatform"), "--id=" + id),
                        environment)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(errors.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(role + " did not end");
        }
        return new Ended(process.exitValue(), Files.readString(errors));
    }

    private void edit(String from, String to) throws IOException {
        Path file = cluster.instance().resolve("ThingworxPlatform/platform-settings.json");
        Files.writeString(file, Files.readString(file).replaceFirst(from, to));
    }

    private Path overlay(String id) {
        return cluster.instance().resolve("ThingworxPlatform/nodes/" + id + ".json");
    }

    private static int port(Node node) {
        return Integer.parseInt(node.address().substring(node.address().indexOf(':') + 1));
    }
}
