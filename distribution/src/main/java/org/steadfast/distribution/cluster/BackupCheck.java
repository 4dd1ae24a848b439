package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.steadfast.coordination.membership.SharedFolder;
import org.steadfast.foundation.backup.BackupSettings;
import org.steadfast.persistence.backup.BackupFolder;

/** Looks whether there is a backup, and none is missing. */
final class BackupCheck {
    /** The alert that comes with the monitoring templates waits as long: a backup takes its time, and is tried again. */
    private static final Duration OVERDUE = Duration.ofHours(6);

    private BackupCheck() {}

    /**
     * Empty where no node has used the folder yet.
     *
     * @param folder the ThingworxBackupStorage location
     */
    static Optional<Finding> of(Path folder, BackupSettings settings, Instant now) {
        Path mark = folder.resolve(SharedFolder.MARK);
        if (Files.notExists(mark)) {
            return Optional.empty();
        }
        try {
            Optional<Instant> own = newest(folder, BackupFolder.Kind.SCHEDULED, now);
            Optional<Instant> byHand = newest(folder, BackupFolder.Kind.BY_HAND, now);
            // The first node has written the mark.
            Instant since = own.orElse(Files.getLastModifiedTime(mark).toInstant());
            return Optional.of(
                    settings.enabled()
                            ? scheduled(own, byHand, settings.plan().next(since.toEpochMilli()), now)
                            : byHandAlone(Stream.of(own, byHand)
                                    .flatMap(Optional::stream)
                                    .max(Instant::compareTo)));
        } catch (IOException e) {
            return Optional.of(Finding.warn("backups", folder + " cannot be looked at: " + e));
        }
    }

    private static Optional<Instant> newest(Path folder, BackupFolder.Kind kind, Instant now) throws IOException {
        return new BackupFolder(folder, kind).newest(now);
    }

    private static Finding scheduled(
            Optional<Instant> own, Optional<Instant> byHand, OptionalLong dueMillis, Instant now) {
        String newest = own.map(time -> "the newest is of " + time).orElse("there is none yet")
                + byHand.filter(time -> own.isEmpty() || time.isAfter(own.get()))
                        .map(time -> ", one by hand of " + time)
                        .orElse("");
        if (dueMillis.isEmpty()) {
            return Finding.warn(
                    "backups",
                    newest + ", and none will come by " + BackupSettings.PATH + ".Schedule, whose last time is over");
        }
        Instant due = Instant.ofEpochMilli(dueMillis.getAsLong());
        if (due.plus(OVERDUE).isBefore(now)) {
            return Finding.warn(
                    "backups",
                    newest + ", and one has been due since " + due
                            + ". Running nodes make up for it; where they do not, BACKUP_FAILED in the log of the singleton says why");
        }
        return Finding.ok("backups", newest + "; the next is due at " + due);
    }

    private static Finding byHandAlone(Optional<Instant> newest) {
        return Finding.ok(
                "backups",
                "the cluster makes none by itself, as " + BackupSettings.PATH + ".enabled says; "
                        + newest.map(time -> "the newest of the command's is of " + time)
                                .orElse("none by the command is there"));
    }
}
