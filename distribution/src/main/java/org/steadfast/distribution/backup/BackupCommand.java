package org.steadfast.distribution.backup;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.steadfast.coordination.membership.SharedFolder;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.distribution.node.PlatformOption;
import org.steadfast.persistence.backup.BackupException;
import org.steadfast.persistence.backup.BackupManifest;
import org.steadfast.persistence.backup.DatabaseBackup;
import org.steadfast.persistence.postgres.PostgresSchema;
import org.steadfast.persistence.store.StoreException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Backs up the database while the platform works. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = "Backs up the database into a file while the platform works: all of it as of one moment.")
public final class BackupCommand implements Callable<Integer> {
    @Mixin
    private PlatformOption platform;

    @Option(
            names = "--to",
            paramLabel = "FILE",
            description = "The file, which must not exist. Default: one named after the time, in the"
                    + " ThingworxBackupStorage location.")
    private Path file;

    @Option(
            names = "--keep",
            paramLabel = "NUMBER",
            description =
                    "How many backups stay in the ThingworxBackupStorage location; older ones are removed when this one"
                            + " is made. Default: all.")
    private Integer keep;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (keep != null && keep < 1) {
            throw new ParameterException(spec.commandLine(), "--keep: must be 1 at least, not " + keep);
        }
        if (keep != null && file != null) {
            throw new ParameterException(
                    spec.commandLine(), "--keep is for backups in the ThingworxBackupStorage location, without --to");
        }
        PrintWriter err = spec.commandLine().getErr();
        return Attempt.of(this::backUp, err).code();
    }

    private void backUp() throws InvalidSettingsException, BackupException, StoreException, IOException {
        BackupSettings settings = BackupSettings.read(platform, System.getenv());
        BackupFolder folder = new BackupFolder(settings.folder());
        if (file == null && Files.notExists(settings.folder().resolve(SharedFolder.MARK))) {
            throw new BackupException(settings.folder() + " has no file " + SharedFolder.MARK
                    + ": it is not the ThingworxBackupStorage location that foundation nodes share, or none has ever run; see whether"
                    + " it is mounted, or name a file with --to");
        }
        Instant now = Instant.now();
        Path target = file == null ? folder.fileOf(now) : file.toAbsolutePath();
        long begin = System.nanoTime();
        BackupManifest manifest = new DatabaseBackup(PostgresSchema.in(settings.database())).write(target, now);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "Backed up %,d rows of %d tables into %s, %,d kB, in %.1f s%n",
                manifest.rows(),
                manifest.tables().size(),
                target,
                Files.size(target) / 1024,
                (System.nanoTime() - begin) / 1e9);
        if (keep != null) {
            for (Path removed : folder.keep(keep, target)) {
                out.println("Removed " + removed);
            }
        }
        if (file == null) {
            for (Path part : folder.unfinished()) {
                out.println("Not complete, and to be removed unless another backup writes it: " + part);
            }
        }
        out.flush();
    }
}
