package org.steadfast.coordination.settings;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
        Path backupStorage,

        @Setting(
                key = "AdditionalStorage",
                byDefault = "",
                pattern = "[A-Za-z][A-Za-z0-9_-]{0,31}=(?:/|[A-Za-z]:[/\\\\]).+",
                meaning =
                        "Further storage locations, each as name=folder with the folder in full, shared by all foundation nodes. A file repository has its files in the one that its configuration names. They are no part of backups.")
        List<String> additionalStorage) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.BasicSettings";

    public BasicSettings {
        additionalStorage = List.copyOf(additionalStorage);
    }

    /** The folders of the further storage locations by their names; of two of the same name the last one. */
    public Map<String, Path> additional() {
        Map<String, Path> folders = new LinkedHashMap<>();
        for (String location : additionalStorage) {
            int sign = location.indexOf('=');
            folders.put(
                    location.substring(0, sign),
                    Path.of(location.substring(sign + 1)).normalize());
        }
        return folders;
    }
}
