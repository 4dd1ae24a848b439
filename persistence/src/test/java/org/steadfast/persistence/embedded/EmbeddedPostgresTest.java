package org.steadfast.persistence.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.persistence.embedded.SharedBinaries.BinariesFolder;

/** What a database is like that was started for the first time. */
@ExtendWith(SharedBinaries.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmbeddedPostgresTest {
    private TestDatabase database;
    private EmbeddedPostgres postgres;
    private Path parent;

    @BeforeAll
    void start(@TempDir(factory = OpenTempFolder.class) Path folder, BinariesFolder binaries) throws Exception {
        parent = folder;
        database = TestDatabase.in(folder, binaries);
        postgres = database.start();
    }

    @AfterAll
    void stop() {
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void servesTheApplication() throws Exception {
        database.query("CREATE TABLE greeting (text varchar)");
        database.query("INSERT INTO greeting VALUES ('Grüße')");

        assertThat(database.query("SELECT text FROM greeting")).isEqualTo("Grüße");
        assertThat(postgres.jdbcUrl())
                .isEqualTo("jdbc:postgresql://127.0.0.1:" + database.settings().port() + "/platform");
        assertThat(postgres.onExit()).isNotDone();
    }

    @Test
    void wantsTheRightPasswordFromEveryone() throws Exception {
        for (String user : List.of("steadfast", "postgres")) {
            assertThatThrownBy(() -> database.query(user, "wrong", "SELECT 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
        }
        assertThat(database.queryAsSuperuser(
                        "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'"))
                .isEqualTo("0");
        assertThat(database.queryAsSuperuser("SELECT count(*) FROM pg_authid WHERE rolpassword LIKE 'SCRAM-SHA-256$%'"))
                .isEqualTo("2");
    }

    @Test
    void letsNobodyButTheApplicationUserInFromOtherMachines() throws Exception {
        ListenAddress everywhere = new ListenAddress("0.0.0.0", 5432);

        assertThat(everywhere.isLoopback()).isFalse();
        assertThat(everywhere.jdbcUrl("platform")).isEqualTo("jdbc:postgresql://127.0.0.1:5432/platform");
        assertThat(database.queryAsSuperuser(
                        "SELECT count(*) FROM pg_hba_file_rules WHERE address NOT IN ('127.0.0.1', '::1', 'samehost')"))
                .isEqualTo("0");
    }

    @Test
    void givesTheApplicationItsDatabaseButNoPowerOverOthers() throws Exception {
        assertThat(database.query("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'platform'"))
                .isEqualTo("steadfast");
        assertThat(database.query("SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls"
                        + " FROM pg_roles WHERE rolname = 'steadfast'"))
                .isEqualTo("f");
    }

    @Test
    void isDurable() throws Exception {
        for (String setting : List.of("fsync", "data_checksums", "synchronous_commit", "full_page_writes")) {
            assertThat(database.query("SHOW " + setting)).as(setting).isEqualTo("on");
        }
        assertThat(database.query("SHOW wal_level")).isEqualTo("replica");
    }

    @Test
    void hasItsSettings() throws Exception {
        assertThat(database.query("SELECT datcollate || ' ' || datctype FROM pg_database WHERE datname = 'platform'"))
                .isEqualTo("C C");
        Map<String, String> expected = Map.of(
                "server_encoding", "UTF8",
                "listen_addresses", "127.0.0.1",
                "max_connections", "200",
                "shared_buffers", "128MB",
                "password_encryption", "scram-sha-256",
                "unix_socket_directories", database.file("socket").toRealPath().toString());

        for (Map.Entry<String, String> setting : expected.entrySet()) {
            assertThat(database.queryAsSuperuser("SHOW " + setting.getKey()))
                    .as(setting.getKey())
                    .isEqualTo(setting.getValue());
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(database.file("socket"))))
                .isEqualTo("rwx------");
    }

    @Test
    void doesNotRunAsRoot() throws Exception {
        for (ProcessHandle process : processes()) {
            List<String> ids = information(process, "status")
                    .lines()
                    .filter(line -> line.startsWith("Uid:") || line.startsWith("Gid:") || line.startsWith("Groups:"))
                    .toList();
            assertThat(ids).hasSize(3).noneMatch(line -> line.matches(".*\\s0(\\s.*|$)"));
        }
    }

    @Test
    void hasASessionOfItsOwn() throws Exception {
        String status = information(processes().get(0), "stat");
        String[] fields = status.substring(status.lastIndexOf(')') + 2).split(" ");

        assertThat(fields[3]).as("session").isEqualTo(Long.toString(postgres.postmasterPid()));
        assertThat(fields[1])
                .as("parent")
                .isEqualTo(Long.toString(ProcessHandle.current().pid()));
    }

    @Test
    void showsNoSecretToOthers() throws Exception {
        for (ProcessHandle process : processes()) {
            assertThat(information(process, "cmdline")).doesNotContain("ecret");
            assertThat(information(process, "environ")).doesNotContain("ecret");
        }
        assertThat(filesBesideTheDataFolder())
                .noneSatisfy(file -> assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .contains("ecret"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(parent.resolve("postgres.log"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(database.file("."))))
                .isEqualTo("rwx------");
        assertThat(database.settings().toString()).doesNotContain("ecret");
    }

    @Test
    void leavesNothingBesideTheDataFolderButLockAndLog() throws Exception {
        try (Stream<Path> children = Files.list(parent)) {
            assertThat(children.map(c -> c.getFileName().toString()))
                    .containsExactlyInAnyOrder("database", "database.lock", "postgres.log");
        }
        assertThat(Files.readString(parent.resolve("postgres.log"))).contains("ready to accept connections");
    }

    private List<ProcessHandle> processes() {
        ProcessHandle postmaster = ProcessHandle.of(postgres.postmasterPid()).orElseThrow();
        // Those that serve a connection come and go.
        return await().until(
                        () -> Stream.concat(Stream.of(postmaster), postmaster.children())
                                .toList(),
                        found -> found.size() > 3 && found.stream().noneMatch(EmbeddedPostgresTest::servesAConnection));
    }

    private static boolean servesAConnection(ProcessHandle process) {
        try {
            return information(process, "cmdline").contains("127.0.0.1(");
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String information(ProcessHandle process, String file) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(process.pid()), file), StandardCharsets.ISO_8859_1);
    }

    private List<Path> filesBesideTheDataFolder() throws IOException {
        try (Stream<Path> children = Files.list(parent)) {
            return children.filter(c -> Files.isRegularFile(c, LinkOption.NOFOLLOW_LINKS))
                    .filter(c -> !c.getFileName().toString().endsWith(".lock"))
                    .toList();
        }
    }
}
