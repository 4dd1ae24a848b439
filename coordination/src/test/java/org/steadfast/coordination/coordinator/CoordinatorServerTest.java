package org.steadfast.coordination.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.zookeeper.util.ServiceUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.coordination.FreePorts;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.coordination.settings.ClusterSettings;
import org.steadfast.coordination.settings.Secret;

@Timeout(120)
class CoordinatorServerTest {
    private static final Duration SESSION = Duration.ofSeconds(4);

    @TempDir
    private Path folder;

    private TestCoordinator coordinator;

    @BeforeEach
    void place() {
        coordinator = TestCoordinator.in(folder);
    }

    @AfterEach
    void stop() throws IOException {
        coordinator.stop();
    }

    private NodeFailure failure(CoordinatorSettings settings) {
        NodeFailure failure = catchThrowableOfType(
                NodeFailure.class,
                () -> CoordinatorServer.start(settings, Optional.empty()).close());
        assertThat(failure).as("the server started").isNotNull();
        assertThat(failure.getMessage()).doesNotContain("\n");
        return failure;
    }

    private String say(String word) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", coordinator.settings().clientPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void standsAloneAndServes() throws Exception {
        coordinator.start();
        assertThat(coordinator.mode()).isEqualTo("standalone");
        try (CoordinatorClient client = CoordinatorClient.connect(coordinator.cluster("node1", SESSION))) {
            client.curator().create().forPath("/kept", new byte[] {1, 2, 3});
            assertThat(client.curator().getData().forPath("/kept")).containsExactly(1, 2, 3);
        }
        coordinator.stop();
        assertThat(coordinator.mode()).isEmpty();
    }

    @Test
    void dataSurvivesRestarts() throws Exception {
        for (byte i = 0; i < 3; i++) {
            coordinator.start();
            try (CoordinatorClient client = CoordinatorClient.connect(coordinator.cluster("node1", SESSION))) {
                client.curator().create().forPath("/kept" + i, new byte[] {i});
                for (byte j = 0; j <= i; j++) {
                    assertThat(client.curator().getData().forPath("/kept" + j)).containsExactly(j);
                }
            }
            coordinator.stop();
        }
    }

    @Test
    void restartsLeaveNoFilesBehindButZooKeepersOwn() throws Exception {
        for (int i = 0; i < 3; i++) {
            coordinator.start().stop();
        }
        try (Stream<Path> files = Files.list(folder.resolve("data"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("in-use.lock", "myid", "version-2");
        }
    }

    @Test
    void tellsItsStateAndNothingElseByFourLetterWords() throws Exception {
        coordinator.start();
        assertThat(say("ruok")).isEqualTo("imok");
        assertThat(say("srvr")).contains("Zookeeper version: 3.9", "Mode: standalone");
        assertThat(say("mntr")).contains("zk_server_state\tstandalone");
        for (String word : List.of("envi", "dump", "conf", "cons", "wchp", "wchc", "stat", "crst", "isro")) {
            assertThat(say(word).strip()).isEqualTo(word + " is not executed because it is not in the whitelist.");
        }
    }

    @Test
    void aServerThatMustNotGoOnTellsItsProcessToEnd() throws Exception {
        try (CoordinatorServer server = CoordinatorServer.start(coordinator.settings(), Optional.empty())) {
            CompletableFuture<Void> exit = server.onExit();
            assertThat(exit).isNotDone();
            ServiceUtils.requestSystemExit(14);
            await().atMost(Duration.ofSeconds(10)).until(exit::isDone);
        }
    }

    @Test
    void aPortInUseIsNamedWithItsSetting() throws Exception {
        int port = coordinator.settings().clientPort();
        try (ServerSocket taken = FreePorts.occupy(port)) {
            NodeFailure failure = failure(coordinator.settings());
            assertThat(failure.exitCode()).isEqualTo(ExitCode.PORT_IN_USE);
            assertThat(failure)
                    .hasMessage(
                            "port " + port + " of 127.0.0.1 cannot be opened (Address already in use); free it or set "
                                    + "PlatformSettingsConfig.CoordinatorSettings.ClientPort");
        }
        coordinator.start();
    }

    @Test
    void aHostThatIsNotKnownIsToldFromAPortInUse() {
        CoordinatorSettings settings = coordinator.settings();
        NodeFailure failure = failure(new CoordinatorSettings(
                "no-such-host.invalid",
                settings.clientPort(),
                1,
                List.of(),
                settings.dataFolder(),
                settings.transactionLogFolder(),
                settings.tickTime(),
                3,
                60));
        assertThat(failure.exitCode()).isEqualTo(ExitCode.SETTINGS_INVALID);
        assertThat(failure)
                .hasMessageContaining("no-such-host.invalid")
                .hasMessageContaining("PlatformSettingsConfig.CoordinatorSettings.Host");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aPortOfTheEnsembleInUseIsNamedWithItsSetting(int which) throws Exception {
        int[] ports = {FreePorts.next(), FreePorts.next()};
        List<String> ensemble =
                List.of("1=127.0.0.1:" + ports[0] + ":" + ports[1], "2=127.0.0.1:1:2", "3=127.0.0.1:3:4");
        try (ServerSocket taken = FreePorts.occupy(ports[which])) {
            NodeFailure failure = failure(TestCoordinator.settings(folder, FreePorts.next(), 1, ensemble));
            assertThat(failure.exitCode()).isEqualTo(ExitCode.PORT_IN_USE);
            assertThat(failure)
                    .hasMessage("port " + ports[which]
                            + " of 127.0.0.1 cannot be opened (Address already in use); free it or set "
                            + "PlatformSettingsConfig.CoordinatorSettings.Ensemble");
        }
    }

    @Test
    void aFolderInUseIsRefused() throws Exception {
        coordinator.start();
        NodeFailure failure = failure(TestCoordinator.settings(folder, FreePorts.next(), 1, List.of()));
        assertThat(failure.exitCode()).isEqualTo(ExitCode.DATA_IN_USE);
        assertThat(failure).hasMessageContaining(folder.resolve("data").toString());
        assertThat(coordinator.mode()).isEqualTo("standalone");
    }

    @Test
    void theFolderOfAnotherServerIsRefused() throws Exception {
        coordinator.start().stop();
        NodeFailure failure = failure(TestCoordinator.settings(folder, FreePorts.next(), 2, List.of()));
        assertThat(failure.exitCode()).isEqualTo(ExitCode.STORAGE_UNUSABLE);
        assertThat(failure)
                .hasMessage(
                        "the folder " + folder.resolve("data") + " belongs to the coordinator server 1, not to 2; set "
                                + "PlatformSettingsConfig.CoordinatorSettings.DataFolder or ServerId");
        assertThat(folder.resolve("data/myid")).hasContent("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1\n", "1\r\n"})
    void anIdThatSomebodyElseWroteIsTaken(String text) throws Exception {
        Files.createDirectories(folder.resolve("data"));
        Files.writeString(folder.resolve("data/myid"), text);
        coordinator.start().stop();
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", "log"})
    void aFolderThatCannotBeMadeIsNamed(String which) throws Exception {
        Files.createFile(folder.resolve("file"));
        CoordinatorSettings settings = coordinator.settings();
        Path wrong = folder.resolve("file").resolve(which);
        NodeFailure failure = failure(new CoordinatorSettings(
                settings.host(),
                settings.clientPort(),
                1,
                List.of(),
                which.equals("data") ? wrong : settings.dataFolder(),
                which.equals("log") ? wrong : settings.transactionLogFolder(),
                settings.tickTime(),
                3,
                60));
        assertThat(failure.exitCode()).isEqualTo(ExitCode.STORAGE_UNUSABLE);
        assertThat(failure).hasMessageContaining(folder.resolve("file").toString());
    }

    @Test
    void oldSnapshotsAreRemoved() throws Exception {
        coordinator.start().stop();
        for (int i = 1; i <= 9; i++) {
            Files.copy(folder.resolve("data/version-2/snapshot.0"), folder.resolve("data/version-2/snapshot.10" + i));
        }
        try (HourlyPurge purge = HourlyPurge.start(folder.resolve("data"), folder.resolve("log"), 3)) {
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() ->
                            assertThat(snapshots()).containsExactly("snapshot.107", "snapshot.108", "snapshot.109"));
        }
    }

    private List<String> snapshots() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("data/version-2"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("snapshot."))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void theTransactionLogMayBeALinkToAnotherDisk() throws Exception {
        Files.createDirectory(folder.resolve("disk"));
        Files.createSymbolicLink(folder.resolve("log"), folder.resolve("disk"));
        coordinator.start().stop();
        assertThat(folder.resolve("disk/version-2")).isDirectory();
    }

    @Test
    void theCloseFreesPortFolderAndThreads() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        coordinator.start().stop();
        FreePorts.occupy(coordinator.settings().clientPort()).close();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(newThreads(before)).isEmpty());
    }

    @Test
    void aServerThatCannotStartLeavesNothingRunning() throws Exception {
        coordinator.start().stop();
        Files.writeString(folder.resolve("log/version-2/log.1"), "This is no transaction log, but long enough.");
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        assertThat(failure(coordinator.settings()).exitCode()).isEqualTo(ExitCode.FAILED);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(newThreads(before)).isEmpty());
        FreePorts.occupy(coordinator.settings().clientPort()).close();
    }

    @Test
    void damagedDataAreAFailureThatNamesThem() throws Exception {
        coordinator.start().stop();
        Path log = folder.resolve("log/version-2/log.1");
        Files.writeString(log, "This is no transaction log, but long enough.");
        assertThat(failure(coordinator.settings()))
                .hasMessageStartingWith("the coordinator cannot start: ")
                .hasMessageContaining(log.toString());
    }

    @Test
    void aServerThatCannotWriteEndsAndSaysSo() throws Exception {
        CoordinatorServer server = CoordinatorServer.start(coordinator.settings(), Optional.empty());
        try {
            CompletableFuture<Void> exit = server.onExit();
            assertThat(exit).isNotDone();
            Files.createDirectory(folder.resolve("log/version-2/log.1"));
            // The first thing to be written is the session itself, so it never comes about.
            ClusterSettings cluster = new ClusterSettings(
                    "node1",
                    List.of("127.0.0.1:" + coordinator.settings().clientPort()),
                    "steadfast",
                    SESSION,
                    Duration.ofSeconds(1),
                    new Secret("key"));
            NodeFailure failure = catchThrowableOfType(NodeFailure.class, () -> CoordinatorClient.connect(cluster));
            assertThat(failure.exitCode()).isEqualTo(ExitCode.COORDINATOR_UNREACHABLE);
            assertThat(exit).succeedsWithin(Duration.ofSeconds(60));
            assertThat(coordinator.mode()).isEmpty();
        } finally {
            server.close();
        }
    }

    @Test
    void anOrderlyCloseIsNoExit() throws Exception {
        CoordinatorServer server = CoordinatorServer.start(coordinator.settings(), Optional.empty());
        CompletableFuture<Void> exit = server.onExit();
        server.close();
        assertThat(exit).isNotDone();
    }

    @Test
    void aSessionLastsAsLongAsTheNodeAsks() throws Exception {
        coordinator.start();
        try (CoordinatorClient client =
                CoordinatorClient.connect(coordinator.cluster("node1", Duration.ofSeconds(60)))) {
            assertThat(client.curator().getZookeeperClient().getZooKeeper().getSessionTimeout())
                    .isEqualTo(60_000);
        }
    }

    private static Set<String> newThreads(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread) && !thread.getName().startsWith("awaitility"))
                .map(Thread::getName)
                .collect(Collectors.toSet());
    }
}
