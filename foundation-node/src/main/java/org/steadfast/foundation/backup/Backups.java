package org.steadfast.foundation.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.steadfast.coordination.membership.SharedFolder;
import org.steadfast.coordination.settings.BasicSettings;
import org.steadfast.coordination.settings.SettingsCopy;
import org.steadfast.persistence.backup.BackupException;
import org.steadfast.persistence.backup.BackupFolder;
import org.steadfast.persistence.backup.BackupManifest;
import org.steadfast.persistence.backup.PlatformBackup;
import org.steadfast.persistence.files.RepositoryFolders;
import org.steadfast.persistence.postgres.PostgresSchema;
import org.steadfast.persistence.postgres.PostgresSettings;
import org.steadfast.persistence.store.StoreException;

/** Makes backups of a cluster from its database and its storage locations. Used by one thread. */
public final class Backups {
    /** One statement copies a whole table. */
    private static final Duration ANSWER = Duration.ofHours(6);

    private final PostgresSettings database;
    private final BasicSettings locations;
    private final SettingsCopy copies;
    private final BackupFolder folder;
    private final long leastFree;

    /**
     * Those of one kind.
     *
     * @param asNodes how nodes reach the database
     * @param copies of the settings, which are part of each
     */
    public Backups(
            PostgresSettings asNodes,
            BasicSettings locations,
            SettingsCopy copies,
            BackupSettings settings,
            BackupFolder.Kind kind) {
        this.database = patient(asNodes);
        this.locations = locations;
        this.copies = copies;
        this.folder = new BackupFolder(locations.backupStorage(), kind);
        this.leastFree = (long) settings.leastFreeMegabytes() << 20;
    }

    /** The same database, with time for copying it. */
    public static PostgresSettings patient(PostgresSettings asNodes) {
        return new PostgresSettings(
                asNodes.jdbcUrl(),
                asNodes.user(),
                asNodes.password(),
                asNodes.maxPoolSize(),
                asNodes.connectTimeout(),
                ANSWER);
    }

    /** Those in the ThingworxBackupStorage location. */
    public BackupFolder folder() {
        return folder;
    }

    /** A backup that was made. */
    public record Made(Path file, BackupManifest manifest) {}

    /** Makes one in the ThingworxBackupStorage location. */
    public Made makeThere(Instant now, boolean withFiles) throws BackupException, StoreException, IOException {
        requireMark(
                locations.backupStorage(),
                "the ThingworxBackupStorage location that foundation nodes share, or none has ever run; see whether it is mounted");
        folder.requireRoom(leastFree);
        return make(folder.fileOf(now), now, withFiles);
    }

    /**
     * Makes one.
     *
     * @param file that does not exist yet
     * @param withFiles whether the files of repositories are part of it
     */
    public Made make(Path file, Instant now, boolean withFiles) throws BackupException, StoreException, IOException {
        Optional<RepositoryFolders> repositories = Optional.empty();
        if (withFiles) {
            requireFiles();
            repositories = Optional.of(new RepositoryFolders(locations.storage()));
        }
        PlatformBackup backup = new PlatformBackup(
                PostgresSchema.in(database), repositories, copies::files, this::requireFiles, leastFree);
        return new Made(file, backup.write(file, now));
    }

    /** A share that is not mounted would look like one without files. */
    private void requireFiles() throws BackupException {
        requireMark(
                locations.storage(),
                "the ThingworxStorage location that foundation nodes share, or none has ever run; see whether it is mounted, or leave its files out");
    }

    private static void requireMark(Path folder, String what) throws BackupException {
        if (Files.notExists(folder.resolve(SharedFolder.MARK))) {
            throw new BackupException(folder + " has no file " + SharedFolder.MARK + ": it is not " + what);
        }
    }
}
