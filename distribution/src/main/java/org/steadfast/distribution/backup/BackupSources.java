package org.steadfast.distribution.backup;

import java.util.Map;
import org.steadfast.coordination.settings.BasicSettings;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.coordination.settings.SettingsCopy;
import org.steadfast.coordination.settings.SettingsFile;
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
 * @param copies of the settings of all nodes
 */
record BackupSources(PostgresSettings database, BasicSettings locations, SettingsCopy copies, BackupSettings settings) {
    static BackupSources read(PlatformOption platform, Map<String, String> environment)
            throws InvalidSettingsException {
        SettingsFile file = platform.load("", environment);
        SettingsReader reader = new SettingsReader(file, environment, SettingsSections.paths());
        BasicSettings basic = reader.section(BasicSettings.PATH, BasicSettings.class);
        DatabaseSettings database = reader.section(DatabaseSettings.PATH, DatabaseSettings.class);
        BackupSettings settings = reader.section(BackupSettings.PATH, BackupSettings.class);
        reader.finish();
        return new BackupSources(
                database.connection(), basic, new SettingsCopy(file.folder(), SettingsSections.all()), settings);
    }
}
