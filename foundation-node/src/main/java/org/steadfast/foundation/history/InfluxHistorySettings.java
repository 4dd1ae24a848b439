package org.steadfast.foundation.history;

import java.net.URI;
import java.time.Duration;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.coordination.settings.Setting;
import org.steadfast.persistence.influx.InfluxSettings;
import org.steadfast.persistence.postgres.HistoryTarget;

/** Whether the history of logged properties goes to InfluxDB, and how it is reached. The same for all foundation nodes. */
public record InfluxHistorySettings(
        @Setting(
                key = "url",
                byDefault = "",
                pattern = "(https?://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?)?",
                meaning =
                        "Address of InfluxDB, or of what stands before several of them, as http://host:8086, without a path. Empty: history stays in PostgreSQL.")
        String url,

        @Setting(
                key = "database",
                byDefault = "steadfast",
                pattern = "[^\\s]+",
                meaning = "The database in InfluxDB. It is made where there is none and the login may make one.")
        String database,

        @Setting(key = "username", byDefault = "", meaning = "The login. Empty: without one, or with a token.")
        String username,

        @Setting(key = "password", byDefault = "", meaning = "The login's password.")
        Secret password,

        @Setting(
                key = "token",
                byDefault = "",
                meaning = "A token, where InfluxDB wants one instead of a login: versions 2 and 3.")
        Secret token,

        @Setting(
                key = "connectTimeout",
                byDefault = "3 s",
                min = 100,
                max = 60000,
                meaning = "How long one attempt to connect may take.")
        Duration connectTimeout,

        @Setting(
                key = "timeout",
                byDefault = "8 s",
                min = 100,
                max = 60000,
                meaning = "How long one answer of InfluxDB may take.")
        Duration timeout) {
    /** Where this section stands in the settings file. */
    public static final String PATH =
            "PersistenceProviderPackageConfigs.InfluxDataPersistenceProviderPackage.ConnectionInformation";

    /** Where history goes from the transaction that writes it. */
    public HistoryTarget target() {
        return url.isEmpty() ? HistoryTarget.STAYS : HistoryTarget.MOVES;
    }

    /** How InfluxDB is reached; only where history goes there. */
    InfluxSettings connection() {
        return new InfluxSettings(
                URI.create(url), database, username, password.reveal(), token.reveal(), connectTimeout, timeout);
    }
}
