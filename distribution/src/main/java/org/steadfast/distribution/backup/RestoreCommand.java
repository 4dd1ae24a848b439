package org.steadfast.distribution.backup;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.distribution.node.PlatformOption;
import org.steadfast.persistence.backup.BackupException;
import org.steadfast.persistence.backup.BackupManifest;
import org.steadfast.persistence.backup.DatabaseRestore;
import org.steadfast.persistence.postgres.PostgresSchema;
import org.steadfast.persistence.store.StoreException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts a backup into an empty database. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = "Puts a backup into an empty database, all of it or nothing. No foundation node may run.")
public final class RestoreCommand implements Callable<Integer> {
    @Mixin
    private PlatformOption platform;

    @Parameters(paramLabel = "FILE", description = "The backup.")
    private Path file;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        return Attempt.of(this::restore, spec.commandLine().getErr()).code();
    }

    private void restore() throws InvalidSettingsException, BackupException, StoreException, IOException {
        BackupSettings settings = BackupSettings.read(platform, System.getenv());
        long begin = System.nanoTime();
        BackupManifest manifest =
                new DatabaseRestore(PostgresSchema.in(settings.database())).read(file.toAbsolutePath());
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "Restored %,d rows of %d tables as of %s in %.1f s%n",
                manifest.rows(), manifest.tables().size(), manifest.made(), (System.nanoTime() - begin) / 1e9);
        out.flush();
    }
}
