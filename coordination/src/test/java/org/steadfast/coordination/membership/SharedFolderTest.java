package org.steadfast.coordination.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.coordinator.TestCoordinator;

@Timeout(120)
class SharedFolderTest {
    private static final Duration SESSION = Duration.ofSeconds(60);
    private static final String SETTING = "BasicSettings.Storage";

    @TempDir
    private Path temp;

    private TestCoordinator server;
    private CoordinatorClient coordinator;
    private Path shared;

    @BeforeEach
    void start() throws Exception {
        server = TestCoordinator.in(temp.resolve("coordinator")).start();
        coordinator = CoordinatorClient.connect(server.cluster("any", SESSION));
        shared = Files.createDirectory(temp.resolve("shared"));
    }

    @AfterEach
    void stop() throws Exception {
        coordinator.close();
        server.close();
    }

    private void require(Path folder) throws Exception {
        SharedFolder.require(coordinator, "Storage", folder, SETTING);
    }

    private NodeFailure refused(Path folder) {
        return catchThrowableOfType(NodeFailure.class, () -> require(folder));
    }

    @Test
    void theFirstNodeMarksItAndTheOthersFindTheMark() throws Exception {
        require(shared);
        require(shared);
        require(Files.createSymbolicLink(temp.resolve("mounted elsewhere"), shared));
        assertThat(shared.resolve(SharedFolder.MARK)).isNotEmptyFile();
    }

    @Test
    void aFolderThatIsNotSharedIsRefusedWithItsSettingAndStaysAsItIs() throws Exception {
        require(shared);
        Path own = Files.createDirectory(temp.resolve("own"));
        NodeFailure failure = refused(own);
        assertThat(failure.exitCode()).isEqualTo(ExitCode.STORAGE_UNUSABLE);
        assertThat(failure)
                .hasMessageContaining(own + " (" + SETTING + ") is not the one")
                .hasMessageContaining("no file");
        assertThat(own).isEmptyDirectory();
    }

    @Test
    void theFolderOfAnotherClusterIsRefused() throws Exception {
        require(shared);
        Path foreign = Files.createDirectory(temp.resolve("foreign"));
        Files.writeString(foreign.resolve(SharedFolder.MARK), "another");
        assertThat(refused(foreign)).hasMessageContaining("another file");
        assertThat(foreign.resolve(SharedFolder.MARK)).hasContent("another");
    }

    @Test
    void aFurtherLocationIsOfOneCluster() throws Exception {
        require(shared);
        Path media = Files.createDirectory(temp.resolve("media"));
        SharedFolder.requireOf(shared, media, "further");
        SharedFolder.requireOf(shared, media, "further");

        Path otherStorage = Files.createDirectory(temp.resolve("storage of another cluster"));
        Files.writeString(otherStorage.resolve(SharedFolder.MARK), "another");
        NodeFailure failure =
                catchThrowableOfType(NodeFailure.class, () -> SharedFolder.requireOf(otherStorage, media, "further"));
        assertThat(failure.exitCode()).isEqualTo(ExitCode.STORAGE_UNUSABLE);
        assertThat(failure).hasMessageContaining(media + " (further) is another cluster's");
        assertThat(media.resolve(SharedFolder.OWNER)).hasContent(Files.readString(shared.resolve(SharedFolder.MARK)));
    }

    @Test
    void aCoordinatorThatHasForgottenTakesTheMarkThatThereIs() throws Exception {
        Files.writeString(shared.resolve(SharedFolder.MARK), "from before\n");
        require(shared);
        assertThat(shared.resolve(SharedFolder.MARK)).hasContent("from before\n");
        assertThat(refused(Files.createDirectory(temp.resolve("own")))).isNotNull();
    }

    @Test
    void whatWasMovedWithItsMarkIsTheSame() throws Exception {
        require(shared);
        require(Files.move(shared, temp.resolve("moved")));
    }

    @Test
    void aMarkThatWasNeverWrittenIsNamed() throws Exception {
        Files.createFile(shared.resolve(SharedFolder.MARK));
        assertThat(refused(shared)).hasMessageContaining("is empty; remove it");
    }

    @Test
    void ofSeveralThatStartTogetherAllTakeTheSameOrAreRefused() throws Exception {
        Path own = Files.createDirectory(temp.resolve("own"));
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            List<Future<NodeFailure>> sharing = new ArrayList<>();
            List<Future<NodeFailure>> alone = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                sharing.add(threads.submit(() -> refused(shared)));
                alone.add(threads.submit(() -> refused(own)));
            }
            List<Boolean> sharingRefused = new ArrayList<>();
            List<Boolean> aloneRefused = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                sharingRefused.add(sharing.get(i).get() != null);
                aloneRefused.add(alone.get(i).get() != null);
            }
            // One of the folders is the cluster's, for all who mean it.
            assertThat(sharingRefused.get(0)).isNotEqualTo(aloneRefused.get(0));
            assertThat(sharingRefused).containsOnly(sharingRefused.get(0));
            assertThat(aloneRefused).containsOnly(aloneRefused.get(0));
        } finally {
            threads.shutdownNow();
        }
    }
}
