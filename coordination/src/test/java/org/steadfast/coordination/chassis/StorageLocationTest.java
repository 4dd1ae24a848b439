package org.steadfast.coordination.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageLocationTest {
    @TempDir
    private Path temp;

    @Test
    void isMadeAndLeftEmpty() throws Exception {
        Path folder = temp.resolve("a/b");
        StorageLocation.require(folder, "BasicSettings.Storage");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatIsInItStays() throws Exception {
        Files.writeString(temp.resolve("kept"), "content");
        StorageLocation.require(temp, "BasicSettings.Storage");
        assertThat(temp).isDirectoryContaining("glob:**kept").isDirectoryNotContaining("glob:**.probe*");
        assertThat(temp.resolve("kept")).hasContent("content");
    }

    @Test
    void aLinkToAFolderIsOne() throws Exception {
        Path folder = Files.createDirectory(temp.resolve("mounted"));
        Path link = Files.createSymbolicLink(temp.resolve("ThingworxStorage"), folder);
        StorageLocation.require(link, "BasicSettings.Storage");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void oneThatCannotBeWrittenIsNamedWithItsSetting() throws Exception {
        Path file = Files.createFile(temp.resolve("file"));
        for (Path folder : new Path[] {file, file.resolve("storage")}) {
            NodeFailure failure = catchThrowableOfType(
                    NodeFailure.class, () -> StorageLocation.require(folder, "BasicSettings.Storage"));
            assertThat(failure.exitCode()).isEqualTo(ExitCode.STORAGE_UNUSABLE);
            assertThat(failure)
                    .hasMessageStartingWith(
                            "the storage location " + folder + " (BasicSettings.Storage) cannot be written by ");
            assertThat(failure.getMessage()).doesNotContain("\n");
        }
    }
}
