package org.steadfast.distribution.node;

import java.nio.file.Path;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.coordination.settings.Setting;

/** The PostgreSQL that comes with the platform. */
public record EmbeddedDatabaseSettings(
        @Setting(key = "Host", byDefault = "127.0.0.1", meaning = "Address that the database listens on.")
        String host,

        @Setting(key = "Port", byDefault = "5433", min = 1, max = 65535, meaning = "Port that the database listens on.")
        int port,

        @Setting(
                key = "DataFolder",
                byDefault = "../database/data",
                meaning = "Where the database keeps its files; not on a network share.")
        Path dataFolder,

        @Setting(
                key = "BinariesFolder",
                byDefault = "../database/binaries",
                meaning = "Where the database's programs are unpacked to.")
        Path binariesFolder,

        @Setting(key = "SuperuserPassword", meaning = "Password of the database's superuser.")
        Secret superuserPassword,

        @Setting(
                key = "RunAsUser",
                byDefault = "",
                meaning =
                        "User that the database runs as where the node runs as root. Empty: the first of steadfast, postgres and nobody that exists.")
        String runAsUser) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.EmbeddedDatabaseSettings";
}
