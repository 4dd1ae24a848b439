package org.steadfast.coordination.settings;

import java.nio.file.Path;

/** The storage locations that all foundation nodes share. */
public record BasicSettings(
        @Setting(
                key = "Storage",
                byDefault = "../ThingworxStorage",
                meaning = "The ThingworxStorage location, shared by all foundation nodes.")
        Path storage,

        @Setting(
                key = "BackupStorage",
                byDefault = "../ThingworxBackupStorage",
                meaning = "The ThingworxBackupStorage location, shared by all foundation nodes.")
        Path backupStorage) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.BasicSettings";
}
