package org.steadfast.distribution.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.coordination.membership.SharedFolder;
import org.steadfast.foundation.backup.BackupSettings;

/** A cluster that makes a backup each night at 2:00, as of some noon. */
class BackupCheckTest {
    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
    private static final BackupSettings NIGHTLY = settings(true, "0 0 2 * * ?");

    @TempDir
    private Path folder;

    private static BackupSettings settings(boolean enabled, String schedule) {
        return new BackupSettings(enabled, schedule, "UTC", 7, true, 1024);
    }

    @BeforeEach
    void aNodeHasUsedTheFolderForTwoDays() throws IOException {
        startedAt("2026-03-08T12:00:00Z");
    }

    private void startedAt(String time) throws IOException {
        Path mark = folder.resolve(SharedFolder.MARK);
        Files.writeString(mark, "mark");
        Files.setLastModifiedTime(mark, FileTime.from(Instant.parse(time)));
    }

    private void made(String name) throws IOException {
        Files.createFile(folder.resolve(name));
    }

    private Finding check(BackupSettings settings) {
        return BackupCheck.of(folder, settings, NOON).orElseThrow();
    }

    @Test
    void lastNightsIsThere() throws Exception {
        made("steadfast-scheduled-2026-03-09T02-00-09Z.backup");
        made("steadfast-scheduled-2026-03-10T02-00-09Z.backup");
        assertThat(check(NIGHTLY))
                .isEqualTo(Finding.ok(
                        "backups", "the newest is of 2026-03-10T02:00:09Z; the next is due at 2026-03-11T02:00:00Z"));
    }

    @Test
    void lastNightsIsMissing() throws Exception {
        made("steadfast-scheduled-2026-03-09T02-00-09Z.backup");
        made("steadfast-scheduled-2026-03-10T02-00-09Z.backup.part");
        made("steadfast-2026-03-09T17-00-00Z.backup");
        Finding finding = check(NIGHTLY);
        assertThat(finding.level()).isEqualTo(Finding.Level.WARN);
        assertThat(finding.text())
                .startsWith("the newest is of 2026-03-09T02:00:09Z, one by hand of 2026-03-09T17:00:00Z,"
                        + " and one has been due since 2026-03-10T02:00:00Z")
                .contains("BACKUP_FAILED");
    }

    @Test
    void aBackupMayTakeItsTime() throws Exception {
        made("steadfast-scheduled-2026-03-09T02-00-09Z.backup");
        assertThat(BackupCheck.of(folder, NIGHTLY, Instant.parse("2026-03-10T07:59:00Z")))
                .map(Finding::level)
                .contains(Finding.Level.OK);
    }

    @Test
    void thereNeverWasOneThoughNodesHaveBeenThereForTwoNights() {
        Finding finding = check(NIGHTLY);
        assertThat(finding.level()).isEqualTo(Finding.Level.WARN);
        assertThat(finding.text()).startsWith("there is none yet, and one has been due since 2026-03-09T02:00:00Z");
    }

    @Test
    void aClusterOfTodayNeedsNone() throws Exception {
        startedAt("2026-03-10T09:00:00Z");
        assertThat(check(NIGHTLY))
                .isEqualTo(Finding.ok("backups", "there is none yet; the next is due at 2026-03-11T02:00:00Z"));
    }

    @Test
    void noNodeHasUsedTheFolderYet() throws Exception {
        Files.delete(folder.resolve(SharedFolder.MARK));
        assertThat(BackupCheck.of(folder, NIGHTLY, NOON)).isEqualTo(Optional.empty());
    }

    @Test
    void theOperatorMakesThem() throws Exception {
        assertThat(check(settings(false, "0 0 2 * * ?")))
                .extracting(Finding::level, Finding::text)
                .containsExactly(
                        Finding.Level.OK,
                        "the cluster makes none by itself, as PlatformSettingsConfig.BackupSettings.enabled says;"
                                + " none by the command is there");
        made("steadfast-2026-03-09T17-00-00Z.backup");
        assertThat(check(settings(false, "0 0 2 * * ?")).text())
                .endsWith("the newest of the command's is of 2026-03-09T17:00:00Z");
    }

    @Test
    void aScheduleWhoseTimeIsOver() {
        assertThat(check(settings(true, "0 0 2 1 1 ? 2026")))
                .isEqualTo(Finding.warn(
                        "backups",
                        "there is none yet, and none will come by PlatformSettingsConfig.BackupSettings.Schedule, whose last"
                                + " time is over"));
    }
}
