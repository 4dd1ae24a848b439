package org.steadfast.distribution.node;

import java.util.concurrent.Callable;
import org.apache.logging.log4j.LogManager;
import org.steadfast.coordination.chassis.NodeProcess;
import org.steadfast.coordination.settings.SettingsReader;
import org.steadfast.foundation.DatabaseSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the PostgreSQL that comes with the platform. */
@Command(
        name = "database",
        mixinStandardHelpOptions = true,
        description = "Runs the PostgreSQL that comes with the platform.")
public final class DatabaseCommand implements Callable<Integer> {
    @Mixin
    private NodeOptions options;

    @Override
    public Integer call() {
        NodeProcess process = new NodeProcess(System.err, LogManager::shutdown);
        return process.run((lifecycle, stopRequest) -> {
                    SettingsReader reader =
                            new SettingsReader(options.load(), options.environment(), SettingsSections.paths());
                    EmbeddedDatabaseSettings embedded =
                            reader.section(EmbeddedDatabaseSettings.PATH, EmbeddedDatabaseSettings.class);
                    DatabaseSettings login = reader.section(DatabaseSettings.PATH, DatabaseSettings.class);
                    reader.finish();
                    EmbeddedDatabase.start(embedded, login, lifecycle, stopRequest);
                })
                .code();
    }
}
