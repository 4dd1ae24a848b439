package org.steadfast.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.connection.ConnectionSettings;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.FolderLock;
import org.steadfast.coordination.coordinator.CoordinatorSettings;
import org.steadfast.coordination.settings.SecretStore;
import org.steadfast.coordination.settings.SettingsFile;
import org.steadfast.coordination.settings.SettingsReader;
import org.steadfast.distribution.node.EmbeddedDatabaseSettings;
import org.steadfast.distribution.node.SettingsSections;
import org.steadfast.foundation.DatabaseSettings;
import org.steadfast.foundation.FoundationSettings;
import org.steadfast.foundation.failover.FailoverSettings;

class ClusterCreateTest {
    private static final List<String> SECRETS =
            List.of("administrator.application.key", "database.password", "database.superuser.password", "link.key");

    @TempDir(factory = OpenTempFolder.class)
    private Path temp;

    private Path instance() {
        return temp.resolve("instance");
    }

    private Path platform() {
        return instance().resolve("ThingworxPlatform");
    }

    private CommandLineResult create(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("cluster", "create", "--free-ports", "--instance=" + instance()));
        arguments.addAll(List.of(more));
        return CommandLineResult.of(arguments.toArray(String[]::new));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(instance())) {
            return files.filter(Files::isRegularFile)
                    .map(file -> instance().relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private Map<String, String> environment(String id) {
        return Map.of(
                SettingsFile.ENVIRONMENT_PREFIX + "PlatformSettingsConfig__ClusteredModeSettings__PlatformId", id);
    }

    private SettingsFile settings(String id) throws Exception {
        return SettingsFile.load(platform(), id, environment(id));
    }

    private CoordinatorSettings coordinator(String id) throws Exception {
        SettingsReader reader = new SettingsReader(settings(id), Map.of(), SettingsSections.paths());
        CoordinatorSettings section = reader.section(CoordinatorSettings.PATH, CoordinatorSettings.class);
        reader.finish();
        return section;
    }

    private FoundationSettings foundation(String id) throws Exception {
        return FoundationSettings.read(settings(id), environment(id), SettingsSections.paths());
    }

    private ConnectionSettings connection(String id) throws Exception {
        return ConnectionSettings.read(settings(id), environment(id), SettingsSections.paths());
    }

    @Test
    void laysOutEverything() throws Exception {
        CommandLineResult result = create();
        assertThat(result.errors()).isEmpty();
        assertThat(result.status()).isZero();
        assertThat(result.out()).isEqualTo("Laid out 6 nodes in " + instance() + System.lineSeparator());
        assertThat(files())
                .containsExactly(
                        "ThingworxPlatform/keystore-password",
                        "ThingworxPlatform/keystore.p12",
                        "ThingworxPlatform/nodes/connection1.json",
                        "ThingworxPlatform/nodes/connection2.json",
                        "ThingworxPlatform/nodes/coordinator1.json",
                        "ThingworxPlatform/nodes/foundation1.json",
                        "ThingworxPlatform/nodes/foundation2.json",
                        "ThingworxPlatform/platform-settings.json",
                        "cluster.json",
                        "in-use.lock");
        for (String folder : List.of("ThingworxStorage", "ThingworxBackupStorage", "database", "log")) {
            assertThat(instance().resolve(folder)).isEmptyDirectory();
        }
    }

    @Test
    void secretsAreForTheirOwnerAloneAndStandInNoOtherFile() throws Exception {
        create();
        SecretStore store = new SecretStore(platform());
        Set<String> secrets = new HashSet<>();
        for (String name : SECRETS) {
            secrets.add(store.find(name).orElseThrow().reveal());
        }
        assertThat(secrets).hasSameSizeAs(SECRETS).allMatch(secret -> secret.length() >= 32);
        secrets.add(Files.readString(platform().resolve("keystore-password")));
        for (String file : files()) {
            Path path = instance().resolve(file);
            if (file.contains("keystore")) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .as(file)
                        .isEqualTo("rw-------");
            }
            if (!file.endsWith("keystore-password")) {
                assertThat(Files.readString(path, StandardCharsets.ISO_8859_1))
                        .as(file)
                        .doesNotContain(secrets);
            }
        }
    }

    @Test
    void everyNodeCanReadItsSettings() throws Exception {
        create();
        CoordinatorSettings coordinator = coordinator("coordinator1");
        assertThat(coordinator.ensemble()).isEmpty();
        assertThat(coordinator.dataFolder()).isEqualTo(instance().resolve("coordinator/coordinator1/data"));

        SettingsReader reader = new SettingsReader(settings("database"), Map.of(), SettingsSections.paths());
        EmbeddedDatabaseSettings embedded =
                reader.section(EmbeddedDatabaseSettings.PATH, EmbeddedDatabaseSettings.class);
        DatabaseSettings login = reader.section(DatabaseSettings.PATH, DatabaseSettings.class);
        reader.finish();
        assertThat(embedded.dataFolder()).isEqualTo(instance().resolve("database/data"));
        assertThat(login.jdbcUrl()).isEqualTo("jdbc:postgresql://127.0.0.1:" + embedded.port() + "/thingworx");

        for (String id : List.of("foundation1", "foundation2")) {
            FoundationSettings node = foundation(id);
            assertThat(node.cluster().platformId()).isEqualTo(id);
            assertThat(node.cluster().coordinatorHosts()).containsExactly("127.0.0.1:" + coordinator.clientPort());
            assertThat(node.basic().storage()).isEqualTo(instance().resolve("ThingworxStorage"));
            assertThat(node.basic().backupStorage()).isEqualTo(instance().resolve("ThingworxBackupStorage"));
            assertThat(node.database().jdbcUrl()).isEqualTo(login.jdbcUrl());
        }
        for (String id : List.of("connection1", "connection2")) {
            ConnectionSettings node = connection(id);
            assertThat(node.cluster().platformId()).isEqualTo(id);
            assertThat(node.cluster().linkKey())
                    .isEqualTo(foundation("foundation1").cluster().linkKey());
        }
    }

    @Test
    void nodesHaveDifferentPorts() throws Exception {
        create("--coordinators=3", "--foundation-nodes=3", "--connection-servers=3");
        List<Integer> ports = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            ports.add(coordinator("coordinator" + i).clientPort());
            ports.add(foundation("foundation" + i).rest().httpPort());
            ports.add(foundation("foundation" + i).sharedState().communicationPort());
            ports.add(connection("connection" + i).server().port());
        }
        for (String member : coordinator("coordinator1").ensemble()) {
            ports.add(Integer.parseInt(member.split(":")[1]));
            ports.add(Integer.parseInt(member.split(":")[2]));
        }
        assertThat(ports).hasSize(18).doesNotHaveDuplicates();
    }

    @Test
    void theListOfNodesNamesWhereEachListens() throws Exception {
        create();
        JsonNode plan =
                new ObjectMapper().readTree(instance().resolve("cluster.json").toFile());
        List<String> nodes = new ArrayList<>();
        for (JsonNode node : plan.path("nodes")) {
            nodes.add(node.path("id").asText() + " " + node.path("role").asText());
        }
        assertThat(nodes)
                .containsExactly(
                        "coordinator1 coordinator",
                        "database database",
                        "foundation1 foundation-node",
                        "foundation2 foundation-node",
                        "connection1 connection-server",
                        "connection2 connection-server");
        assertThat(plan.path("nodes").get(2).path("port").asInt())
                .isEqualTo(foundation("foundation1").rest().httpPort());
    }

    @Test
    void coordinatorsFormAnEnsembleEachWithItsOwnFolders() throws Exception {
        create("--coordinators=3");
        Set<Path> folders = new HashSet<>();
        for (int i = 1; i <= 3; i++) {
            CoordinatorSettings server = coordinator("coordinator" + i);
            assertThat(server.serverId()).isEqualTo(i);
            assertThat(server.ensemble())
                    .hasSize(3)
                    .isEqualTo(coordinator("coordinator1").ensemble());
            folders.add(server.dataFolder());
            folders.add(server.transactionLogFolder());
        }
        assertThat(folders).hasSize(6);
        assertThat(foundation("foundation1").cluster().coordinatorHosts()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--coordinators=0",
                "--coordinators=2",
                "--coordinators=4",
                "--coordinators=-1",
                "--coordinators=many",
                "--foundation-nodes=0",
                "--foundation-nodes=-1",
                "--connection-servers=-1"
            })
    void aClusterThatCannotBeIsRefused(String option) {
        CommandLineResult result = create(option);
        assertThat(result.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.errors()).contains(option.substring(0, option.indexOf('=')));
        assertThat(instance()).doesNotExist();
    }

    @Test
    void aDatabaseThatIsThereIsUsed() throws Exception {
        Path password = Files.writeString(temp.resolve("password"), "secret of the role\n");
        CommandLineResult result = create(
                "--database-url=jdbc:postgresql://db1:5432,db2/thingworx", "--database-password-file=" + password);

        assertThat(result.errors()).isEmpty();
        assertThat(result.out()).startsWith("Laid out 5 nodes");
        DatabaseSettings database = foundation("foundation1").database();
        assertThat(database.jdbcUrl()).isEqualTo("jdbc:postgresql://db1:5432,db2/thingworx");
        assertThat(database.username()).isEqualTo("twadmin");
        assertThat(database.password().reveal()).isEqualTo("secret of the role");
        assertThat(Files.readString(platform().resolve(SettingsFile.NAME)))
                .doesNotContain("secret of the role", "EmbeddedDatabaseSettings");
        assertThat(instance().resolve("database")).doesNotExist();
    }

    @Test
    void furtherStorageLocationsHaveNames() throws Exception {
        CommandLineResult result =
                create("--additional-storage=media=" + temp.resolve("media") + ",archive=" + temp.resolve("archive"));

        assertThat(result.errors()).isEmpty();
        assertThat(foundation("foundation1").basic().additional())
                .containsExactly(entry("media", temp.resolve("media")), entry("archive", temp.resolve("archive")));
        assertThat(temp.resolve("archive")).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "media|must be like media=/mnt/media",
                "media=|must be like media=/mnt/media",
                "2nd=/mnt/a|and has \"2nd=/mnt/a\"",
                "media=/mnt/a,media=/mnt/b|has media twice",
                "media=INSTANCE/ThingworxStorage/media|may not lie in each other",
                "media=INSTANCE/ThingworxPlatform|may not lie in each other"
            })
    void aFurtherLocationThatCannotBeIsRefused(String location, String reason) {
        CommandLineResult result = create(
                "--check",
                "--additional-storage="
                        + location.replace("INSTANCE", instance().toString()));

        assertThat(result.status()).isNotZero();
        assertThat(result.errors() + result.out()).contains(reason);
        assertThat(instance()).doesNotExist();
    }

    @Test
    void itsStandbysArePromotedByTheRoleThatIsNamed() throws Exception {
        Path password = Files.writeString(temp.resolve("password"), "secret of the role\n");
        Path watching = Files.writeString(temp.resolve("watching"), "secret of the watch\n");
        CommandLineResult result = create(
                "--database-url=jdbc:postgresql://pgpool:9999/thingworx",
                "--database-password-file=" + password,
                "--failover-user=steadfast_failover",
                "--failover-password-file=" + watching,
                "--failover-servers=db1:5432,db2:5432");

        assertThat(result.errors()).isEmpty();
        FailoverSettings failover = foundation("foundation1").failover();
        assertThat(failover.enabled()).isTrue();
        assertThat(failover.username()).isEqualTo("steadfast_failover");
        assertThat(failover.password().reveal()).isEqualTo("secret of the watch");
        assertThat(failover.servers()).containsExactly("db1:5432", "db2:5432");
        assertThat(Files.readString(platform().resolve(SettingsFile.NAME))).doesNotContain("secret of the watch");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--failover-user=watcher|goes with --database-url",
                "--failover-user= --failover-password-file=P --database-url=jdbc:postgresql://db1,db2/thingworx --database-password-file=P|is empty",
                "--failover-user=watcher --failover-password-file=P --database-url=postgres://me:secret@db1,db2/x --database-password-file=P|must be like jdbc",
                "--failover-servers=db1:5432,db2:5432|go with --failover-user",
                "--failover-user=watcher --failover-password-file=P --database-url=jdbc:postgresql://db1/thingworx --database-password-file=P"
                        + "|needs two servers at least",
                "--failover-user=watcher --database-url=jdbc:postgresql://db1,db2/thingworx --database-password-file=P"
                        + "|needs --failover-password-file",
                "--failover-user=watcher --failover-password-file=P --failover-servers=db1,db2:5432"
                        + " --database-url=jdbc:postgresql://db1/thingworx --database-password-file=P|has \"db1\""
            })
    void whoCannotPromoteForCertainIsRefused(String options, String reason) throws Exception {
        Path password = Files.writeString(temp.resolve("password"), "secret\n");
        CommandLineResult result = create(options.replace("=P", "=" + password).split(" "));

        assertThat(result.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.errors()).contains(reason).doesNotContain("secret@");
        assertThat(instance()).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "--database-url=postgres://db1/thingworx, must be like jdbc:postgresql://",
        "--database-url=jdbc:postgresql://db1/thingworx, needs --database-password-file",
        "--database-url=jdbc:postgresql://db1/thingworx --database-password-file=/nowhere, first line is the password"
    })
    void aDatabaseThatCannotBeReachedForCertainIsRefused(String options, String reason) {
        CommandLineResult result = create(options.split(" "));

        assertThat(result.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.errors()).contains(reason);
        assertThat(instance()).doesNotExist();
    }

    @Test
    void failoverNeedsSeveralServers() {
        create();
        Map<String, String> environment = new HashMap<>(environment("foundation1"));
        environment.put(
                SettingsFile.ENVIRONMENT_PREFIX + FailoverSettings.PATH.replace(".", "__") + "__enabled", "true");

        assertThatThrownBy(() -> FoundationSettings.read(
                        SettingsFile.load(platform(), "foundation1", environment),
                        environment,
                        SettingsSections.paths()))
                .hasMessageContaining(FailoverSettings.PATH + ".enabled")
                .hasMessageContaining("has one server alone");
    }

    @Test
    void aSecondCreateIsRefusedAndChangesNothing() throws Exception {
        create();
        String before = Files.readString(platform().resolve("platform-settings.json"));
        CommandLineResult result = create("--foundation-nodes=3");
        assertThat(result.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.errors().strip()).isEqualTo("steadfast: there is a cluster in " + instance() + " already");
        assertThat(platform().resolve("platform-settings.json")).hasContent(before);
        assertThat(platform().resolve("nodes/foundation3.json")).doesNotExist();
    }

    @Test
    void whatIsHalfMadeIsMadeAnewWithTheSameSecrets() throws Exception {
        create();
        SecretStore store = new SecretStore(platform());
        var key = store.find("administrator.application.key");
        Files.delete(instance().resolve("cluster.json"));
        assertThat(create("--foundation-nodes=1").status()).isZero();
        assertThat(store.find("administrator.application.key")).isPresent().isEqualTo(key);
        assertThat(files()).contains("cluster.json");
    }

    @Test
    void aFolderInUseIsRefused() throws Exception {
        try (FolderLock lock = FolderLock.take(instance())) {
            CommandLineResult result = create();
            assertThat(result.status()).isEqualTo(ExitCode.DATA_IN_USE.code());
            assertThat(result.errors()).hasLineCount(1).contains(instance().toString(), "in use by the live process");
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsNamed() throws Exception {
        Files.createFile(instance());
        CommandLineResult result = CommandLineResult.of(
                "cluster", "create", "--instance=" + instance().resolve("below"));
        assertThat(result.status()).isEqualTo(ExitCode.STORAGE_UNUSABLE.code());
        assertThat(result.errors())
                .hasLineCount(1)
                .contains(instance().resolve("below").toString());
    }
}
