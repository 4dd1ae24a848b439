package org.steadfast.distribution.backup;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.steadfast.coordination.settings.BasicSettings;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.coordination.settings.SettingsReader;
import org.steadfast.distribution.node.PlatformOption;
import org.steadfast.distribution.node.SettingsSections;
import org.steadfast.foundation.DatabaseSettings;
import org.steadfast.persistence.postgres.PostgresSettings;

/**
 * What backups need of the settings.
 *
 * @param folder where backups are
 */
record BackupSettings(PostgresSettings database, Path folder) {
    /** One statement copies a whole table. */
    private static final Duration ANSWER = Duration.ofHours(6);

    static BackupSettings read(PlatformOption platform, Map<String, String> environment)
            throws InvalidSettingsException {
        SettingsReader reader =
                new SettingsReader(platform.load("", environment), environment, SettingsSections.paths());
        BasicSettings basic = reader.section(BasicSettings.PATH, BasicSettings.class);
        DatabaseSettings database = reader.section(DatabaseSettings.PATH, DatabaseSettings.class);
        reader.finish();
        PostgresSettings asNodes = database.connection();
        return new BackupSettings(
                new PostgresSettings(
                        asNodes.jdbcUrl(),
                        asNodes.user(),
                        asNodes.password(),
                        asNodes.maxPoolSize(),
                        asNodes.connectTimeout(),
                        ANSWER),
                basic.backupStorage());
    }
}
