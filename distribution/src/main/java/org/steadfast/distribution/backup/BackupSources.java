package org.steadfast.distribution.backup;

import java.util.Map;
import org.steadfast.coordination.settings.BasicSettings;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.coordination.settings.SettingsReader;
import org.steadfast.distribution.node.PlatformOption;
import org.steadfast.distribution.node.SettingsSections;
import org.steadfast.foundation.DatabaseSettings;
import org.steadfast.foundation.backup.BackupSettings;
import org.steadfast.persistence.postgres.PostgresSettings;

/**
 * What a cluster keeps, and where: as its settings say.
 *
 * @param database as nodes reach it
 */
record BackupSources(PostgresSettings database, BasicSettings locations, BackupSettings settings) {
    static BackupSources read(PlatformOption platform, Map<String, String> environment)
            throws InvalidSettingsException {
        SettingsReader reader =
                new SettingsReader(platform.load("", environment), environment, SettingsSections.paths());
        BasicSettings basic = reader.section(BasicSettings.PATH, BasicSettings.class);
        DatabaseSettings database = reader.section(DatabaseSettings.PATH, DatabaseSettings.class);
        BackupSettings settings = reader.section(BackupSettings.PATH, BackupSettings.class);
        reader.finish();
        return new BackupSources(database.connection(), basic, settings);
    }
}
