package org.steadfast.foundation;

import java.time.Duration;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.coordination.settings.Setting;
import org.steadfast.persistence.failover.DatabaseAddress;
import org.steadfast.persistence.postgres.PostgresSettings;

/** How to reach PostgreSQL. */
public record DatabaseSettings(
        @Setting(
                key = "jdbcUrl",
                meaning =
                        "Address of the database, as jdbc:postgresql://host:port/database; several hosts are allowed.",
                pattern = "jdbc:postgresql://.+")
        String jdbcUrl,

        @Setting(key = "username", meaning = "The role that owns the platform's schema.")
        String username,

        @Setting(key = "password", meaning = "The role's password.")
        Secret password,

        @Setting(
                key = "maxPoolSize",
                byDefault = "8",
                min = 2,
                max = 1000,
                meaning =
                        "Most connections of a node besides those of its lanes, and 8 for history where that goes to InfluxDB.")
        int maxPoolSize,

        @Setting(
                key = "connectTimeout",
                byDefault = "3 s",
                min = 1000,
                max = 60000,
                meaning = "How long one attempt to connect may take.")
        Duration connectTimeout,

        @Setting(
                key = "socketTimeout",
                byDefault = "10 s",
                min = 1000,
                max = 600000,
                meaning = "How long one answer of the database may take.")
        Duration socketTimeout,

        @Setting(
                key = "startTimeout",
                byDefault = "60 s",
                min = 0,
                max = 3600000,
                meaning = "How long a starting node waits for the database.")
        Duration startTimeout) {
    /** Where this section stands in the settings file. */
    public static final String PATH =
            "PersistenceProviderPackageConfigs.PostgresPersistenceProviderPackage.ConnectionInformation";

    public DatabaseSettings {
        DatabaseAddress.parse(jdbcUrl);
    }

    /** How nodes reach the database. */
    public PostgresSettings connection() {
        return new PostgresSettings(jdbcUrl, username, password.reveal(), maxPoolSize, connectTimeout, socketTimeout);
    }

    /** The address, in its parts. */
    DatabaseAddress address() {
        return DatabaseAddress.parse(jdbcUrl);
    }
}
