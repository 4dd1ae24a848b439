package org.steadfast.distribution.backup;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.steadfast.coordination.membership.SharedFolder;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.distribution.node.PlatformOption;
import org.steadfast.foundation.backup.Backups;
import org.steadfast.persistence.backup.BackupException;
import org.steadfast.persistence.backup.BackupManifest;
import org.steadfast.persistence.backup.PlatformRestore;
import org.steadfast.persistence.files.RepositoryFolders;
import org.steadfast.persistence.postgres.PostgresSchema;
import org.steadfast.persistence.store.StoreException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts a backup into an empty database, and its files where they belong. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description =
                "Puts a backup into an empty database, and its files into a ThingworxStorage location that has none: all of it or nothing."
                        + " No foundation node may run.")
public final class RestoreCommand implements Callable<Integer> {
    @Mixin
    private PlatformOption platform;

    @Parameters(paramLabel = "FILE", description = "The backup.")
    private Path file;

    @Option(
            names = "--without-files",
            description = "Leaves the files of repositories as they are in the ThingworxStorage location.")
    private boolean withoutFiles;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        return Attempt.of(this::restore, spec.commandLine().getErr()).code();
    }

    private void restore() throws InvalidSettingsException, BackupException, StoreException, IOException {
        BackupSources sources = BackupSources.read(platform, System.getenv());
        long begin = System.nanoTime();
        Optional<RepositoryFolders> repositories = withoutFiles
                ? Optional.empty()
                : Optional.of(new RepositoryFolders(sources.locations().storage()));
        BackupManifest manifest = new PlatformRestore(
                        PostgresSchema.in(Backups.patient(sources.database())), repositories)
                .read(file.toAbsolutePath());
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "Restored %s as of %s in %.1f s%n",
                withoutFiles ? Told.rows(manifest) : Told.content(manifest),
                manifest.made(),
                (System.nanoTime() - begin) / 1e9);
        if (manifest.files().isPresent() && !withoutFiles) {
            out.println("The files are in " + sources.locations().storage());
            if (Files.notExists(sources.locations().storage().resolve(SharedFolder.MARK))) {
                out.println(
                        "No foundation node has used that folder so far: where machines share it, see that it is mounted here");
            }
        }
        out.flush();
    }
}
