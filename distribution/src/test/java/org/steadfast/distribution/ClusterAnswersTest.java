package org.steadfast.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.coordination.settings.SecretStore;
import org.steadfast.coordination.settings.SettingsFile;
import org.steadfast.distribution.cluster.ClusterAnswers;
import org.steadfast.distribution.cluster.ClusterAnswers.Subject;
import org.steadfast.foundation.security.InitialPassword;

/** What can be answered when a cluster is laid out, by a file or an installer, and what is refused before anything is written. */
class ClusterAnswersTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir(factory = OpenTempFolder.class)
    private Path temp;

    private Path instance() {
        return temp.resolve("instance");
    }

    private CommandLineResult create(Map<String, String> answers, String... more) throws IOException {
        Path file = Files.writeString(
                temp.resolve("answers.properties"),
                answers.entrySet().stream()
                        .map(answer -> answer.getKey() + "=" + answer.getValue())
                        .collect(Collectors.joining("\n")));
        return CommandLineResult.of(Stream.concat(Stream.of("cluster", "create", "--answers=" + file), Stream.of(more))
                .toArray(String[]::new));
    }

    private List<String> problems(Map<String, String> answers, Subject... subjects) throws IOException {
        Map<String, String> all = new HashMap<>(Map.of("instance", instance().toString()));
        all.putAll(answers);
        return new ClusterAnswers(all, Map.of()).problems(EnumSet.copyOf(List.of(subjects)));
    }

    private JsonNode settings() throws IOException {
        return JSON.readTree(instance()
                .resolve("ThingworxPlatform")
                .resolve(SettingsFile.NAME)
                .toFile());
    }

    private JsonNode overlay(String node) throws IOException {
        return JSON.readTree(
                instance().resolve("ThingworxPlatform/nodes/" + node + ".json").toFile());
    }

    @Test
    void aFileOfAnswersLaysTheClusterOut() throws Exception {
        Path storage = temp.resolve("files of users");
        Path backups = temp.resolve("backups");

        CommandLineResult result = create(Map.of(
                "instance", instance().toString(),
                "storage", storage.toString(),
                "backup-storage", backups.toString(),
                "foundation-nodes", "3",
                "free-ports", "true",
                "database-url", "",
                "setup.kind", "one-machine",
                "INSTALL_PATH", "/opt/steadfast"));

        assertThat(result.errors()).isEmpty();
        assertThat(result.status()).isZero();
        JsonNode basic = settings().at("/PlatformSettingsConfig/BasicSettings");
        assertThat(basic.path("Storage").asText()).isEqualTo(storage.toString());
        assertThat(basic.path("BackupStorage").asText()).isEqualTo(backups.toString());
        assertThat(storage).isEmptyDirectory();
        assertThat(backups).isEmptyDirectory();
        assertThat(overlay("foundation3").isMissingNode()).isFalse();
        assertThat(instance().resolve("ThingworxStorage")).doesNotExist();
    }

    @Test
    void anAnswerThatThereIsNoQuestionForIsNamed() throws Exception {
        CommandLineResult result = create(Map.of("instance", instance().toString(), "foundation-node", "3"));

        assertThat(result.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.errors()).contains("has foundation-node, which is no option of this command");
        assertThat(instance()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"database-password", "administrator-password", "tls-password"})
    void aPasswordInTheFileIsRefusedAndNotTold(String name) throws Exception {
        CommandLineResult result = create(Map.of("instance", instance().toString(), name, "unmistakable"));

        assertThat(result.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.errors())
                .contains(name)
                .contains("--" + name + "-file")
                .doesNotContain("unmistakable");
        assertThat(instance()).doesNotExist();
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        CommandLineResult result = CommandLineResult.of("cluster", "create", "--answers=/no/such/file");

        assertThat(result.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.errors()).contains("--answers must be a file of properties; /no/such/file cannot be read");
    }

    @Test
    void usersAndDevicesReachTheNodesAtTheChosenAddressAndPorts() throws Exception {
        String other = "127.0.0.2";
        int rest = free(other);
        int device = free(other);

        CommandLineResult result = create(Map.of(
                "instance", instance().toString(),
                "listen", other,
                "rest-port", String.valueOf(rest),
                "device-port", String.valueOf(device)));

        assertThat(result.errors()).isEmpty();
        JsonNode foundation = overlay("foundation1").path("PlatformSettingsConfig");
        assertThat(foundation.at("/FoundationNodeSettings/Host").asText()).isEqualTo(other);
        assertThat(foundation.at("/FoundationNodeSettings/HttpPort").asInt()).isEqualTo(rest);
        assertThat(foundation.at("/SharedStateSettings/Host").asText())
                .as("foundation nodes are with each other, where nobody else comes in")
                .isEqualTo("127.0.0.1");
        JsonNode connection = overlay("connection1").at("/PlatformSettingsConfig/ConnectionServerSettings");
        assertThat(connection.path("Host").asText()).isEqualTo(other);
        assertThat(connection.path("Port").asInt()).isEqualTo(device);
        assertThat(overlay("coordinator1")
                        .at("/PlatformSettingsConfig/CoordinatorSettings/Host")
                        .asText())
                .isEqualTo("127.0.0.1");
    }

    private static int free(String host) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            return socket.getLocalPort();
        }
    }

    @Test
    void theAdministratorsPasswordIsKeptAsAHashAlone() throws Exception {
        Path password = Files.writeString(temp.resolve("password"), "correct horse battery\n");

        CommandLineResult result = create(
                Map.of("instance", instance().toString(), "free-ports", "true"),
                "--administrator-password-file=" + password);

        assertThat(result.errors()).isEmpty();
        assertThat(settings()
                        .at("/PlatformSettingsConfig/AdministratorUserSettings/InitialPasswordHash")
                        .asText())
                .isEqualTo("encrypt.administrator.password.hash");
        Secret hash = new SecretStore(instance().resolve("ThingworxPlatform"))
                .find("administrator.password.hash")
                .orElseThrow();
        assertThat(InitialPassword.isHash(hash)).isTrue();
        assertThat(hash.reveal()).doesNotContain("horse");
    }

    @Test
    void aPasswordThatBreaksTheRulesIsRefused() throws Exception {
        Path password = Files.writeString(temp.resolve("password"), "short\n");

        CommandLineResult result =
                create(Map.of("instance", instance().toString()), "--administrator-password-file=" + password);

        assertThat(result.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.errors())
                .contains("the administrator's password cannot be taken")
                .doesNotContain("short\n");
        assertThat(instance()).doesNotExist();
    }

    @Test
    void passwordsMayComeFromTheEnvironment() throws Exception {
        Map<String, String> answers =
                Map.of("instance", instance().toString(), "database-url", "jdbc:postgresql://127.0.0.1:1/thingworx");

        assertThat(new ClusterAnswers(answers, Map.of()).problems(Set.of(Subject.DATABASE)))
                .containsExactly(
                        "--database-url needs --database-password-file with the role's password, or STEADFAST_DATABASE_PASSWORD"
                                + " in the environment");
        assertThat(new ClusterAnswers(answers, Map.of("STEADFAST_DATABASE_PASSWORD", "secret"))
                        .problems(Set.of(Subject.DATABASE)))
                .singleElement()
                .asString()
                .contains("Connection to 127.0.0.1:1 refused")
                .doesNotContain("secret");
        assertThat(new ClusterAnswers(answers, Map.of("STEADFAST_ADMINISTRATOR_PASSWORD", "short"))
                        .problems(Set.of(Subject.ADMINISTRATOR)))
                .singleElement()
                .asString()
                .contains("12 to 512 characters");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "NODES; coordinators=2; --coordinators must be 1, or an odd number from 3 on, not 2",
                "NODES; foundation-nodes=0; --foundation-nodes must be 1 at least, not 0",
                "NODES; foundation-nodes=http://a; is no machine",
                "NODES; foundation-nodes=198.51.100.7; --coordinators names no machines",
                "DATABASE; database-machine=198.51.100.7; --database-machine goes with named machines",
                "DATABASE; database-url=mysql://a; --database-url must be like jdbc:postgresql://",
                "PORTS; rest-port=99999; --rest-port must be 1 to 65535, not 99999",
                "PORTS; rest-port=http; is not an int",
                "PORTS; listen=198.51.100.7; 198.51.100.7 is no address of this machine",
                "PORTS; rest-port=18443 device-port=18443; --device-port: port 18443 at 127.0.0.1: it was chosen twice",
                "PORTS; rest-port=65535 foundation-nodes=2; no port from 65536 on is free",
                "FOLDERS; storage=/proc/version/files; /proc/version is no folder",
                "FOLDERS; storage=TEMP/instance; may not lie in each other",
                "FOLDERS; storage=TEMP/instance/database backup-storage=TEMP/instance/backups; may not lie in each other",
                "FOLDERS; backup-storage=TEMP/instance/log; may not lie in each other",
                "FOLDERS; storage=TEMP/link/files backup-storage=TEMP/instance/ThingworxPlatform; may not lie in each other",
                "DATABASE; database-url=jdbc:postgresql://a/b?user=c&password=secret; has a password",
                "DATABASE; database-url=jdbc:postgresql://a:secret@b/c; has a password",
                "FOLDERS; storage=/proc/files; not even /proc can be",
                "FOLDERS; storage=TEMP/instance/ThingworxPlatform/files; may not lie in each other",
                "FOLDERS; backup-storage=TEMP/instance/ThingworxStorage/backups; may not lie in each other"
            })
    void whatCannotBeIsToldBeforeAnythingIsWritten(Subject subject, String answers, String problem) throws Exception {
        Map<String, String> given = new HashMap<>();
        for (String answer : answers.replace("TEMP", temp.toString()).split(" ")) {
            String[] parts = answer.split("=", 2);
            given.put(parts[0], parts[1]);
        }

        assertThat(problems(given, subject))
                .anySatisfy(told -> assertThat(told).contains(problem))
                .noneSatisfy(told -> assertThat(told).contains("secret"));
        assertThat(instance()).doesNotExist();
    }

    @Test
    void eachQuestionIsCheckedWithoutThoseThatAreStillToCome() throws Exception {
        Map<String, String> machines = Map.of(
                "coordinators",
                "198.51.100.7",
                "foundation-nodes",
                "198.51.100.7",
                "connection-servers",
                "198.51.100.7");

        assertThat(problems(machines, Subject.NODES)).isEmpty();
        assertThat(problems(machines, Subject.DATABASE))
                .singleElement()
                .asString()
                .contains("--database-machine");
    }

    @Test
    void aPortThatWasChosenIsNotSilentlyAnother() throws Exception {
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = String.valueOf(holder.getLocalPort());

            CommandLineResult result = create(Map.of("instance", instance().toString(), "rest-port", port), "--check");

            assertThat(result.status()).isEqualTo(ExitCode.FAILED.code());
            assertThat(result.errors()).contains("nothing was laid out").contains("--rest-port: port " + port);
            assertThat(instance()).doesNotExist();
        }
    }

    @Test
    void chosenPortsAreKeptForThoseForWhomTheyWereChosen() throws Exception {
        CommandLineResult result = create(Map.of(
                "instance", instance().toString(),
                "rest-port", "28180",
                "device-port", "28181",
                "foundation-nodes", "2",
                "connection-servers", "2"));

        assertThat(result.errors()).isEmpty();
        assertThat(overlay("foundation1").findPath("HttpPort").asInt()).isEqualTo(28_180);
        assertThat(overlay("connection1").findPath("Port").asInt()).isEqualTo(28_181);
        assertThat(overlay("foundation2").findPath("HttpPort").asInt()).isGreaterThan(28_181);
        assertThat(overlay("connection2").findPath("Port").asInt()).isGreaterThan(28_182);
    }

    @Test
    void aSymbolicLinkToTheClusterIsNoOtherPlace() throws Exception {
        Files.createDirectories(instance());
        Path link = Files.createSymbolicLink(temp.resolve("link"), instance());

        assertThat(problems(Map.of("storage", link.toString()), Subject.FOLDERS))
                .anySatisfy(problem -> assertThat(problem).contains("may not lie in each other"));
    }

    @Test
    void anInstallationThatNamesNoClusterSaysSo() throws Exception {
        Files.createDirectories(temp.resolve("conf"));
        Files.writeString(temp.resolve("conf/instance"), "\n");
        String before = System.getProperty("steadfast.home");
        System.setProperty("steadfast.home", temp.toString());
        try {
            CommandLineResult result = CommandLineResult.of("cluster", "key");
            assertThat(result.status()).isEqualTo(ExitCode.SETTINGS_INVALID.code());
            assertThat(result.errors()).contains(temp.resolve("conf/instance") + " is empty");
        } finally {
            if (before == null) {
                System.clearProperty("steadfast.home");
            } else {
                System.setProperty("steadfast.home", before);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "$argon2id$v=19$m=a,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaA",
                "$argon2id$v=19$m=16,t=1$c2FsdA$aGFzaA",
                "$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g"
            })
    void whatIsNoHashIsTakenForNone(String text) {
        assertThat(InitialPassword.isHash(new Secret(text))).isFalse();
    }

    @Test
    void whereNoPortIsLeftNothingIsWritten() throws Exception {
        CommandLineResult result =
                create(Map.of("instance", instance().toString(), "rest-port", "65535", "foundation-nodes", "2"));

        assertThat(result.status()).isEqualTo(ExitCode.PORT_IN_USE.code());
        assertThat(instance()).doesNotExist();
    }

    @Test
    void theSamePortOfTwoMachinesAreTwo() throws Exception {
        assertThat(problems(
                        Map.of(
                                "coordinators", "198.51.100.1",
                                "foundation-nodes", "198.51.100.1",
                                "connection-servers", "198.51.100.2",
                                "database-machine", "198.51.100.1",
                                "rest-port", "8443",
                                "device-port", "8443"),
                        Subject.PORTS))
                .isEmpty();
    }

    @Test
    void theRootOfAllFoldersIsNoFolderOfACluster() {
        CommandLineResult result = CommandLineResult.of("cluster", "create", "--instance=/");
        assertThat(result.errors()).contains("--instance must be a folder of its own, not /");
    }

    @Test
    void aFolderWithAClusterIsNotTaken() throws Exception {
        create(Map.of("instance", instance().toString(), "free-ports", "true"));

        assertThat(problems(Map.of(), Subject.FOLDERS))
                .anySatisfy(
                        problem -> assertThat(problem).contains("there is a cluster in " + instance() + " already"));
        assertThat(ClusterAnswers.isCluster(instance())).isTrue();
        assertThat(ClusterAnswers.isCluster(temp)).isFalse();
    }

    @Test
    void aMachineOfAClusterIsCheckedByItsSettings() throws Exception {
        assertThat(ClusterAnswers.problemsOfMachine(instance()))
                .singleElement()
                .asString()
                .contains("there is no cluster in " + instance());
        create(Map.of("instance", instance().toString(), "free-ports", "true"));
        assertThat(ClusterAnswers.problemsOfMachine(instance())).isEmpty();
    }
}
