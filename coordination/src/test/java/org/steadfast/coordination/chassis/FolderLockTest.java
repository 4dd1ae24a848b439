package org.steadfast.coordination.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.coordination.OtherProcess;

@Timeout(120)
class FolderLockTest {
    private static final String PID = Long.toString(ProcessHandle.current().pid());

    @TempDir
    private Path temp;

    /** A process that takes the folder and keeps it until it is killed, or tells why it cannot. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            try (FolderLock lock = FolderLock.take(Path.of(arguments[0]))) {
                System.out.println("taken");
                while (System.in.read() >= 0) {
                    // Nothing is sent; the end of the input is what is waited for.
                    continue;
                }
            } catch (NodeFailure e) {
                System.out.println(e.getMessage());
                System.exit(e.exitCode().code());
            }
        }
    }

    private static OtherProcess holder(Path folder) throws IOException {
        return OtherProcess.start(Holder.class, Map.of(), folder.toString());
    }

    @Test
    void makesTheFolderAndTellsWhoHoldsIt() throws Exception {
        Path folder = temp.resolve("new/data");
        try (FolderLock lock = FolderLock.take(folder)) {
            assertThat(folder.resolve("in-use.lock")).hasContent(PID);
        }
    }

    @Test
    void aSecondTakerInThisProcessIsRefused() throws Exception {
        try (FolderLock lock = FolderLock.take(temp)) {
            NodeFailure failure = catchThrowableOfType(NodeFailure.class, () -> FolderLock.take(temp.resolve(".")));
            assertThat(failure.exitCode()).isEqualTo(ExitCode.DATA_IN_USE);
            assertThat(failure)
                    .hasMessageContaining(temp.toString())
                    .hasMessageContaining("in use by the live process " + PID + ";");
        }
    }

    @Test
    void aRefusedTakerInThisProcessDoesNotOpenTheFolderToOthers() throws Exception {
        try (FolderLock lock = FolderLock.take(temp)) {
            assertThatThrownBy(() -> FolderLock.take(temp)).isInstanceOf(NodeFailure.class);
            try (OtherProcess other = holder(temp)) {
                assertThat(other.exitStatus()).isEqualTo(ExitCode.DATA_IN_USE.code());
                assertThat(other.remainingLines()).singleElement().asString().contains("live process " + PID);
            }
        }
    }

    @Test
    void aLinkLeadsToTheSameFolder() throws Exception {
        Path folder = Files.createDirectory(temp.resolve("data"));
        Path link = Files.createSymbolicLink(temp.resolve("link"), folder);
        try (FolderLock lock = FolderLock.take(link)) {
            assertThatThrownBy(() -> FolderLock.take(folder)).isInstanceOf(NodeFailure.class);
        }
        FolderLock.take(folder).close();
    }

    @Test
    void isFreeOnceItIsClosed() throws Exception {
        FolderLock.take(temp).close();
        FolderLock lock = FolderLock.take(temp);
        lock.close();
        lock.close();
        FolderLock.take(temp).close();
    }

    @Test
    void anotherProcessHoldsItUntilItDies() throws Exception {
        try (OtherProcess other = holder(temp).awaitLine("taken")) {
            NodeFailure failure = catchThrowableOfType(NodeFailure.class, () -> FolderLock.take(temp));
            assertThat(failure.exitCode()).isEqualTo(ExitCode.DATA_IN_USE);
            assertThat(failure)
                    .hasMessage("the folder " + temp + " is in use by the live process " + other.pid()
                            + "; stop that one first");
            other.kill();
            FolderLock.take(temp).close();
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsNamed() throws Exception {
        Path file = Files.createFile(temp.resolve("file"));
        Path folder = file.resolve("data");
        NodeFailure failure = catchThrowableOfType(NodeFailure.class, () -> FolderLock.take(folder));
        assertThat(failure.exitCode()).isEqualTo(ExitCode.STORAGE_UNUSABLE);
        assertThat(failure).hasMessageContaining("the folder " + folder + " cannot be written by ");
        assertThat(failure.getMessage()).doesNotContain("\n");
    }

    @Test
    void aFolderWhoseLockCannotBeWrittenIsNamed() throws Exception {
        Files.createDirectory(temp.resolve("in-use.lock"));
        NodeFailure failure = catchThrowableOfType(NodeFailure.class, () -> FolderLock.take(temp));
        assertThat(failure.exitCode()).isEqualTo(ExitCode.STORAGE_UNUSABLE);
        Files.delete(temp.resolve("in-use.lock"));
        FolderLock.take(temp).close();
    }
}
