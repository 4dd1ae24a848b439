package org.steadfast.foundation.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.coordination.membership.SharedFolder;
import org.steadfast.coordination.settings.BasicSettings;
import org.steadfast.coordination.settings.SettingsCopy;
import org.steadfast.foundation.Surroundings;
import org.steadfast.persistence.backup.BackupFolder;
import org.steadfast.persistence.postgres.PostgresSchema;
import org.steadfast.persistence.postgres.PostgresSettings;

@ExtendWith(Surroundings.Extension.class)
class ScheduledBackupsTest {
    private static final BackupSettings NIGHTLY = new BackupSettings(true, "0 0 2 * * ?", "UTC", 2, true, 1);

    @TempDir
    private Path folder;

    private Path there;
    private Backups backups;
    private ScheduledBackups scheduled;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicBoolean isHere = new AtomicBoolean(true);
    private Instant now = Instant.parse("2026-11-26T23:00:00Z");

    @BeforeEach
    void make(Surroundings surroundings) throws Exception {
        PostgresSettings database = new PostgresSettings(
                surroundings.jdbcUrl(), "steadfast", "application", 2, Duration.ofSeconds(1), Duration.ofSeconds(10));
        PostgresSchema.in(database).migrate();
        Path storage = Files.createDirectory(folder.resolve("storage"));
        there = Files.createDirectory(folder.resolve("backup"));
        Files.writeString(storage.resolve(SharedFolder.MARK), "a");
        Files.writeString(there.resolve(SharedFolder.MARK), "b");
        backups = new Backups(
                database,
                new BasicSettings(storage, there, List.of()),
                new SettingsCopy(there, Map.of()),
                NIGHTLY,
                BackupFolder.Kind.SCHEDULED);
        scheduled = scheduled();
    }

    private ScheduledBackups scheduled() {
        return new ScheduledBackups(backups, NIGHTLY, isHere::get, registry, new Clock() {
            @Override
            public Instant instant() {
                return now;
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        });
    }

    @AfterEach
    void close() throws Exception {
        scheduled.close();
    }

    private List<String> made() throws IOException {
        try (Stream<Path> files = Files.list(there)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(SharedFolder.MARK))
                    .sorted()
                    .toList();
        }
    }

    private void lookAt(String time) {
        now = Instant.parse(time);
        scheduled.look();
    }

    private double overdueSeconds() {
        return registry.get("steadfast.backup.overdue.seconds").gauge().value();
    }

    @Test
    void oneIsMadeEachNightAndTheOldestAreRemoved() throws Exception {
        lookAt("2026-11-26T23:00:00Z");
        lookAt("2026-11-27T01:59:59Z");
        assertThat(made()).isEmpty();
        lookAt("2026-11-27T02:00:10Z");
        assertThat(made()).containsExactly("steadfast-scheduled-2026-11-27T02-00-10Z.backup");
        lookAt("2026-11-27T02:00:25Z");
        lookAt("2026-11-28T01:00:00Z");
        assertThat(made()).hasSize(1);
        lookAt("2026-11-28T02:00:05Z");
        lookAt("2026-11-29T02:00:05Z");
        assertThat(made())
                .containsExactly(
                        "steadfast-scheduled-2026-11-28T02-00-05Z.backup",
                        "steadfast-scheduled-2026-11-29T02-00-05Z.backup");
        assertThat(registry.get("steadfast.backup.newest.seconds").gauge().value())
                .isEqualTo(now.getEpochSecond());
        assertThat(overdueSeconds()).isZero();
    }

    @Test
    void whatWasMissedIsMadeUpForOnceByWhoeverIsTheSingletonThen() throws Exception {
        Files.createFile(backups.folder().fileOf(Instant.parse("2026-11-20T02:00:00Z")));
        isHere.set(false);
        lookAt("2026-11-27T02:00:10Z");
        assertThat(made()).containsExactly("steadfast-scheduled-2026-11-20T02-00-00Z.backup");
        assertThat(overdueSeconds()).isZero();
        isHere.set(true);
        lookAt("2026-11-27T09:30:00Z");
        lookAt("2026-11-27T09:30:20Z");
        assertThat(made())
                .containsExactly(
                        "steadfast-scheduled-2026-11-20T02-00-00Z.backup",
                        "steadfast-scheduled-2026-11-27T09-30-00Z.backup");
    }

    @Test
    void oneThatFailsIsTriedAgainAfterAWhileAndSoLongItIsOverdue() throws Exception {
        scheduled.look();
        Files.delete(there.resolve(SharedFolder.MARK));
        lookAt("2026-11-27T02:00:10Z");
        assertThat(made()).isEmpty();
        Files.writeString(there.resolve(SharedFolder.MARK), "b");
        lookAt("2026-11-27T02:09:00Z");
        assertThat(made()).isEmpty();
        assertThat(overdueSeconds()).isEqualTo(540);
        assertThat(registry.get("steadfast.backup.runs")
                        .tag("outcome", "failed")
                        .counter()
                        .count())
                .isOne();
        lookAt("2026-11-27T02:10:10Z");
        assertThat(made()).hasSize(1);
        assertThat(overdueSeconds()).isZero();
    }

    @Test
    void whatIsBrokenOffLeavesNothingAndOldRemainsGo() throws Exception {
        scheduled.look();
        Path part = Files.createFile(there.resolve("steadfast-scheduled-2026-11-20T02-00-00Z.backup.part"));
        Files.setLastModifiedTime(part, FileTime.from(Instant.parse("2026-11-20T03:00:00Z")));
        Thread.currentThread().interrupt();
        try {
            lookAt("2026-11-27T02:00:10Z");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(part).doesNotExist();
        assertThat(made()).isEmpty();
        lookAt("2026-11-27T02:20:00Z");
        assertThat(made()).containsExactly("steadfast-scheduled-2026-11-27T02-20-00Z.backup");
    }

    @Test
    void aBackupOfNextYearKeepsNoneFromBeingMadeAndOneByHandIsNone() throws Exception {
        scheduled.look();
        Files.createFile(backups.folder().fileOf(Instant.parse("2027-11-27T02:00:00Z")));
        Files.createFile(there.resolve("steadfast-2026-11-27T02-00-01Z.backup"));
        lookAt("2026-11-27T02:00:10Z");
        assertThat(made())
                .contains("steadfast-scheduled-2026-11-27T02-00-10Z.backup")
                .hasSize(3);
    }

    @Test
    void aFolderThatCannotBeReadIsOverdueAtOnce() throws Exception {
        Files.move(there, folder.resolve("unmounted"));
        lookAt("2026-11-27T01:00:00Z");
        lookAt("2026-11-27T01:05:00Z");
        assertThat(overdueSeconds()).isEqualTo(300);
        assertThat(registry.get("steadfast.backup.runs")
                        .tag("outcome", "failed")
                        .counter()
                        .count())
                .isOne();
        Files.move(folder.resolve("unmounted"), there);
        lookAt("2026-11-27T01:20:00Z");
        assertThat(overdueSeconds()).isZero();
    }

    /** They would be the newest ones to be kept, and the one that was just made the oldest. */
    @Test
    void backupsOfNextYearDoNotTakeThePlaceOfTheOneThatWasMade() throws Exception {
        scheduled.look();
        for (String later : List.of("2027-11-26T02:00:00Z", "2027-11-27T02:00:00Z")) {
            Files.createFile(backups.folder().fileOf(Instant.parse(later)));
        }
        lookAt("2026-11-27T02:00:10Z");
        lookAt("2026-11-27T02:00:30Z");
        assertThat(made())
                .contains("steadfast-scheduled-2026-11-27T02-00-10Z.backup")
                .hasSize(3);
    }
}
