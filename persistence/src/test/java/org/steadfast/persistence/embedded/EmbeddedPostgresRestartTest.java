package org.steadfast.persistence.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.persistence.embedded.SharedBinaries.BinariesFolder;

/** What is there after the database, or who started it, ended in whatever way. */
@ExtendWith(SharedBinaries.class)
class EmbeddedPostgresRestartTest {
    private Path folder;
    private TestDatabase database;

    @BeforeEach
    void prepare(@TempDir(factory = OpenTempFolder.class) Path folder, BinariesFolder binaries) throws Exception {
        this.folder = folder;
        database = TestDatabase.in(folder, binaries);
    }

    @Test
    void keepsDataOverACleanStop() throws Exception {
        EmbeddedPostgres first = database.start();
        try (first) {
            writeRow();
        }
        first.close();
        assertThat(ProcessHandle.of(first.postmasterPid())).isEmpty();
        assertThat(database.file("postmaster.pid")).doesNotExist();
        assertThat(first.onExit()).isNotDone();

        try (EmbeddedPostgres second = database.start()) {
            assertThat(second.postmasterPid()).isNotEqualTo(first.postmasterPid());
            assertRowIsThere();
        }
        assertThat(Files.readString(folder.resolve("postgres.log"))).doesNotContain("was not properly shut down");
        assertThat(Files.readAllLines(database.file("postgresql.conf")))
                .containsOnlyOnce("include_if_exists = 'steadfast.conf'");
    }

    @Test
    void recoversAfterThePostmasterWasKilled() throws Exception {
        try (EmbeddedPostgres killed = database.start()) {
            writeRow();
            ProcessHandle.of(killed.postmasterPid()).orElseThrow().destroyForcibly();
            assertThat(killed.onExit().get(10, TimeUnit.SECONDS)).isEqualTo(128 + 9);
        }
        assertThat(database.file("postmaster.pid")).exists();

        try (EmbeddedPostgres second = database.start()) {
            assertThat(second.onExit()).isNotDone();
            assertRowIsThere();
        }
        assertThat(Files.readString(folder.resolve("postgres.log"))).contains("was not properly shut down");
    }

    @Test
    void stopsWhatAKilledLauncherLeftRunning() throws Exception {
        try (LauncherProcess launcher = LauncherProcess.launch(database).awaitStarted()) {
            writeRow();
            launcher.kill();
            assertThat(Shutdown.hasEnded(launcher.postmaster())).isFalse();
            assertRowIsThere();

            try (EmbeddedPostgres second = database.start()) {
                assertThat(Shutdown.hasEnded(launcher.postmaster())).isTrue();
                assertThat(second.postmasterPid())
                        .isNotEqualTo(launcher.postmaster().pid());
                assertRowIsThere();
            }
        }
        assertThat(Files.readString(folder.resolve("postgres.log"))).doesNotContain("was not properly shut down");
    }

    /** Children that outlive a killed postmaster would write to the data folder beside its next server. */
    @Test
    void stopsChildrenThatOutliveThePostmaster() throws Exception {
        try (LauncherProcess launcher = LauncherProcess.launch(database).awaitStarted()) {
            writeRow();
            ProcessHandle child = launcher.postmaster().children().findFirst().orElseThrow();
            signal("STOP", child);
            launcher.kill();
            launcher.postmaster().destroyForcibly();
            await().until(() -> Shutdown.hasEnded(launcher.postmaster()));
            assertThat(Shutdown.hasEnded(child)).isFalse();

            try (EmbeddedPostgres second = database.start()) {
                assertThat(second.onExit()).isNotDone();
                assertThat(Shutdown.hasEnded(child)).isTrue();
                assertRowIsThere();
            } finally {
                child.destroyForcibly();
            }
        }
    }

    @Test
    void isNotStoppedByAPidFileWhosePidBelongsToAnotherProgram() throws Exception {
        try (EmbeddedPostgres first = database.start()) {
            assertThat(first.onExit()).isNotDone();
            writeRow();
        }
        // PostgreSQL heeds only processes of its own account.
        ServerAccount account = ServerAccount.choose(database.settings().runAsUser());
        Process other = ProgramRun.start(account.command(List.of("sleep", "300")));
        try {
            Files.writeString(
                    database.file("postmaster.pid"),
                    other.pid() + "\n" + database.settings().dataFolder() + "\n1700000000\n5432\n\n\n\nready   \n");
            try (EmbeddedPostgres second = database.start()) {
                assertThat(second.onExit()).isNotDone();
                assertRowIsThere();
            }
            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void redoesAnInitdbThatWasCutShort() throws Exception {
        try (LauncherProcess launcher = LauncherProcess.launch(database)) {
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(5))
                    .until(this::initdbIsUnderWay);
            launcher.kill();
            assertThat(database.settings().dataFolder()).doesNotExist();

            try (EmbeddedPostgres postgres = database.start()) {
                assertThat(postgres.onExit()).isNotDone();
                writeRow();
                assertRowIsThere();
            }
        }
        try (EmbeddedPostgres postgres = database.start()) {
            assertThat(postgres.onExit()).isNotDone();
            assertRowIsThere();
        }
        assertThat(unfinishedFolders()).isEmpty();
    }

    @Test
    void leavesNothingBehindWhenTheStartIsInterrupted() throws Exception {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread starter = new Thread(() -> failure.complete(catchThrowable(database::start)));
        starter.start();
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(5))
                .until(this::initdbIsUnderWay);
        starter.interrupt();

        assertThat(failure.get(30, TimeUnit.SECONDS)).isInstanceOf(EmbeddedPostgresException.class);
        assertThat(unfinishedFolders()).isEmpty();
        try (EmbeddedPostgres postgres = database.start()) {
            assertThat(postgres.onExit()).isNotDone();
            writeRow();
            Thread.currentThread().interrupt();
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(database.file("postmaster.pid")).doesNotExist();
    }

    @Test
    void doesWithoutUnixSocketWhereItsPathWouldBeTooLong() throws Exception {
        TestDatabase deep = TestDatabase.on(
                database.settings().port(),
                folder.resolve("a folder".repeat(12)).resolve("database"),
                database.settings().binariesFolder());

        try (EmbeddedPostgres postgres = deep.start()) {
            assertThat(postgres.onExit()).isNotDone();
            assertThat(deep.queryAsSuperuser("SHOW unix_socket_directories")).isEmpty();
        }
    }

    @Test
    void deletesTheRestOfAnInitdbThatWasCutShort() throws Exception {
        Path rest = Files.createDirectories(folder.resolve("database.initdb-1/data/base"));
        Files.writeString(rest.resolveSibling("PG_VERSION"), "16\n");
        Files.writeString(folder.resolve("database.initdb-1/password"), "left behind");

        try (EmbeddedPostgres postgres = database.start()) {
            assertThat(postgres.onExit()).isNotDone();
            writeRow();
            assertThat(unfinishedFolders()).isEmpty();
        }
    }

    @Test
    void givesTheApplicationUserAChangedPassword() throws Exception {
        try (EmbeddedPostgres first = database.start()) {
            assertThat(first.onExit()).isNotDone();
            writeRow();
        }
        String oldPassword = database.settings().applicationPassword();
        database = database.withApplicationPassword("another");

        try (EmbeddedPostgres second = database.start()) {
            assertThat(second.onExit()).isNotDone();
            assertRowIsThere();
            assertThatThrownBy(() -> database.query("steadfast", oldPassword, "SELECT 1"))
                    .isInstanceOf(SQLException.class);
        }
    }

    private void writeRow() throws SQLException {
        database.query("CREATE TABLE kept AS SELECT 'here' AS text");
    }

    private void assertRowIsThere() throws SQLException {
        assertThat(database.query("SELECT text FROM kept")).isEqualTo("here");
    }

    private boolean initdbIsUnderWay() throws IOException {
        return unfinishedFolders().stream().anyMatch(f -> Files.exists(f.resolve("data/base")));
    }

    private List<Path> unfinishedFolders() throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(c -> c.getFileName().toString().contains(".initdb-"))
                    .toList();
        }
    }

    private static void signal(String signal, ProcessHandle process) throws Exception {
        assertThat(new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid())
                        .start()
                        .waitFor())
                .isZero();
    }
}
