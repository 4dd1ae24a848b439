package org.steadfast.distribution.backup;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.distribution.node.PlatformOption;
import org.steadfast.foundation.backup.Backups;
import org.steadfast.foundation.backup.Backups.Made;
import org.steadfast.persistence.backup.BackupException;
import org.steadfast.persistence.backup.BackupFolder;
import org.steadfast.persistence.store.StoreException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Backs up the database and the files of repositories while the platform works. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description =
                "Backs up the database, as of one moment, and the files of repositories into one file while the platform works.")
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

    @Option(
            names = "--without-files",
            description =
                    "Leaves the files of repositories out. Back up the ThingworxStorage location by other means then.")
    private boolean withoutFiles;

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
        BackupSources sources = BackupSources.read(platform, System.getenv());
        Backups backups = new Backups(
                sources.database(),
                sources.locations(),
                sources.copies(),
                sources.settings(),
                BackupFolder.Kind.BY_HAND);
        Instant now = Instant.now();
        long begin = System.nanoTime();
        Made made = file == null
                ? backups.makeThere(now, !withoutFiles)
                : backups.make(file.toAbsolutePath(), now, !withoutFiles);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "Backed up %s into %s, %,d kB, in %.1f s%n",
                Told.content(made.manifest()),
                made.file(),
                Files.size(made.file()) / 1024,
                (System.nanoTime() - begin) / 1e9);
        if (keep != null) {
            for (Path removed : backups.folder().keep(keep, made.file())) {
                out.println("Removed " + removed);
            }
        }
        if (file == null) {
            for (Path part : backups.folder().removeBrokenOff(now)) {
                out.println("Removed " + part + ", which was broken off");
            }
            for (Path part : backups.folder().unfinished()) {
                out.println("Not complete, and to be removed unless another backup writes it: " + part);
            }
        }
        out.flush();
    }
}
