package org.steadfast.persistence.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.persistence.embedded.EmbeddedPostgresException.Kind;
import org.steadfast.persistence.embedded.SharedBinaries.BinariesFolder;

/** What is refused, with which line, and that nothing is touched or left running. */
@ExtendWith(SharedBinaries.class)
class EmbeddedPostgresRefusalTest {
    private Path folder;
    private BinariesFolder binaries;
    private TestDatabase database;

    @BeforeEach
    void prepare(@TempDir(factory = OpenTempFolder.class) Path folder, BinariesFolder binaries) throws Exception {
        this.folder = folder;
        this.binaries = binaries;
        database = TestDatabase.in(folder, binaries);
    }

    @Test
    void aDataFolderThatAnotherProcessHolds() throws Exception {
        try (LauncherProcess launcher = LauncherProcess.launch(database).awaitStarted()) {
            assertRefused(database, Kind.DATA_FOLDER_IN_USE, folder.toRealPath() + "/database", "" + launcher.pid());
            assertThat(database.query("SELECT 1")).isEqualTo("1");
        }
    }

    /** A refused attempt of our own process must not cost it its lock. */
    @Test
    void aDataFolderThatWeHoldOurselves() throws Exception {
        try (EmbeddedPostgres postgres = database.start()) {
            String pid = Long.toString(ProcessHandle.current().pid());
            assertRefused(database, Kind.DATA_FOLDER_IN_USE, "database", pid);
            Path link = Files.createSymbolicLink(
                    folder.resolve("link"), database.settings().dataFolder());
            assertRefused(
                    TestDatabase.on(TestDatabase.freePort(), link, binaries.path()), Kind.DATA_FOLDER_IN_USE, pid);

            try (LauncherProcess launcher = LauncherProcess.launch(database)) {
                assertThat(catchThrowableOfType(AssertionError.class, launcher::awaitStarted))
                        .isNotNull();
            }
            assertThat(postgres.onExit()).isNotDone();
            assertThat(database.query("SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aPortThatIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(database.settings().port(), 1, InetAddress.getByName("127.0.0.1"))) {
            assertRefused(database, Kind.PORT_IN_USE, "port " + taken.getLocalPort(), "127.0.0.1");
            assertThat(database.settings().dataFolder()).doesNotExist();
        }
    }

    @Test
    void aDataFolderOfAnotherMajorVersion() throws Exception {
        Files.createDirectories(database.file("base"));
        Files.writeString(database.file("PG_VERSION"), "15\n");
        Files.writeString(database.file("postmaster.pid"), "1\n");
        SortedMap<Path, String> before = snapshot();

        assertRefused(database, Kind.WRONG_MAJOR_VERSION, "15", "16", folder.toRealPath() + "/database");

        assertThat(snapshot()).isEqualTo(before);
    }

    @Test
    void aFolderWithSomethingElseInIt() throws Exception {
        Files.createDirectories(database.settings().dataFolder());
        Files.writeString(database.file("letter.txt"), "dear reader");
        SortedMap<Path, String> before = snapshot();

        assertRefused(database, Kind.FAILED, "not empty", "database");

        assertThat(snapshot()).isEqualTo(before);
    }

    @Test
    void anotherSuperuserPasswordThanAtTheFirstStart() throws Exception {
        database.start().close();

        assertRefused(database.withSuperuserPassword("forgotten"), Kind.FAILED, "superuser password");

        assertThat(database.file("postmaster.pid")).doesNotExist();
        try (EmbeddedPostgres postgres = database.start()) {
            assertThat(postgres.onExit()).isNotDone();
        }
    }

    @Test
    void settingsThatPostgresRefusesAndWhatItSaid() throws Exception {
        database.start().close();
        Files.writeString(database.file("postgresql.conf"), "work_mem = 'plenty'\n", StandardOpenOption.APPEND);

        assertRefused(database, Kind.FAILED, "work_mem", "plenty", "exit code 1");

        assertThat(database.file("postmaster.pid")).doesNotExist();
    }

    @Test
    void aHostThatIsNotOfThisMachine() throws Exception {
        EmbeddedPostgresSettings s = database.settings();
        TestDatabase elsewhere = new TestDatabase(new EmbeddedPostgresSettings(
                s.dataFolder(), s.binariesFolder(), "192.0.2.1", s.port(), "a", "b", "c", "d", null));

        assertRefused(elsewhere, Kind.FAILED, "192.0.2.1", "not an address of this machine");
    }

    @Test
    void asRootAnAccountThatDoesNotExistOrIsRoot() throws Exception {
        assumeTrue(isRoot());

        assertRefused(database.withRunAsUser("no-such-account"), Kind.NO_UNPRIVILEGED_USER, "no-such-account");
        assertRefused(database.withRunAsUser("root"), Kind.NO_UNPRIVILEGED_USER, "root");
    }

    @Test
    void asRootAFolderThatTheAccountCannotEnter() throws Exception {
        assumeTrue(isRoot());
        Path closed = Files.createDirectory(folder.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));

        assertRefused(
                TestDatabase.on(TestDatabase.freePort(), closed.resolve("inner/database"), binaries.path()),
                Kind.NOT_WRITABLE,
                "cannot enter the folder " + closed.toRealPath() + ";");
    }

    @Test
    void otherwiseAFolderThatWeCannotWriteTo() throws Exception {
        assumeTrue(!isRoot());
        Path closed = Files.createDirectory(folder.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));

        assertRefused(
                TestDatabase.on(TestDatabase.freePort(), closed.resolve("database"), binaries.path()),
                Kind.NOT_WRITABLE,
                closed.toRealPath().toString());
    }

    private static void assertRefused(TestDatabase database, Kind kind, String... words) {
        EmbeddedPostgresException refusal = catchThrowableOfType(
                EmbeddedPostgresException.class, () -> database.start().close());

        assertThat(refusal).isNotNull();
        assertThat(refusal)
                .hasMessageNotContainingAny("\n", "ecret", "forgotten")
                .hasMessageContainingAll(words);
        assertThat(refusal.kind()).isEqualTo(kind);
        assertThat(refusal.getSuppressed()).isEmpty();
    }

    private static boolean isRoot() throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    }

    /** The data folder's files with their contents, owners, permissions and times. */
    private SortedMap<Path, String> snapshot() throws IOException {
        SortedMap<Path, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(database.settings().dataFolder())) {
            for (Path file : (Iterable<Path>) all::iterator) {
                String text = Files.isRegularFile(file) ? Files.readString(file) : "";
                files.put(file, text + Files.readAttributes(file, "unix:uid,gid,mode,lastModifiedTime"));
            }
        }
        return files;
    }
}
