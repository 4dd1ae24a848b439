package org.steadfast.persistence.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupFolderTest {
    @TempDir
    private Path path;

    private Path file(String name) throws IOException {
        return Files.createFile(path.resolve(name));
    }

    @Test
    void theNewestAreKeptAndNothingElseIsTouched() throws Exception {
        BackupFolder folder = new BackupFolder(path, BackupFolder.Kind.BY_HAND);
        Path first = Files.createFile(folder.fileOf(Instant.parse("2026-11-24T02:00:00Z")));
        Path second = Files.createFile(folder.fileOf(Instant.parse("2026-11-25T02:00:00Z")));
        Path made = Files.createFile(folder.fileOf(Instant.parse("2026-11-26T02:00:00.5Z")));
        assertThat(made).hasFileName("steadfast-2026-11-26T02-00-00Z.backup");
        Path scheduled = file("steadfast-scheduled-2026-11-20T02-00-00Z.backup");
        Path own = file("steadfast-before-the-move.backup");
        Path part = file("steadfast-2026-11-20T02-00-00Z.backup.part");

        assertThat(folder.newest(Instant.parse("2026-11-27T00:00:00Z")))
                .contains(Instant.parse("2026-11-26T02:00:00Z"));
        assertThat(folder.keep(3, made)).isEmpty();
        assertThat(folder.keep(2, made)).containsExactly(first);
        assertThat(first).doesNotExist();
        assertThat(folder.keep(1, made)).containsExactly(second);
        assertThat(own).exists();
        assertThat(scheduled).exists();
        assertThat(made).exists();
        assertThat(folder.unfinished()).containsExactly(part);
    }

    /** The clock was ahead when others were made. */
    @Test
    void theOneThatWasJustMadeIsKept() throws Exception {
        BackupFolder folder = new BackupFolder(path, BackupFolder.Kind.BY_HAND);
        Path later = Files.createFile(folder.fileOf(Instant.parse("2036-01-01T00:00:00Z")));
        Path made = Files.createFile(folder.fileOf(Instant.parse("2026-11-26T02:00:00Z")));
        assertThat(folder.newest(Instant.parse("2026-11-26T03:00:00Z")))
                .as("one of next year does not keep others from being made")
                .contains(Instant.parse("2026-11-26T02:00:00Z"));
        assertThat(folder.keep(1, made)).containsExactly(later);
        assertThat(made).exists();
    }

    @Test
    void aBackupIsNotBegunWhereTheLastOneHadMoreThanThereIsRoomFor() throws Exception {
        BackupFolder folder = new BackupFolder(path, BackupFolder.Kind.SCHEDULED);
        folder.requireRoom(1 << 20);
        file("steadfast-scheduled-2026-11-20T02-00-00Z.backup");
        folder.requireRoom(1 << 20);
        long all = Files.getFileStore(path).getTotalSpace();
        assertThatThrownBy(() -> folder.requireRoom(all))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("MB stay free for others; make room, or keep fewer backups");
    }
}
