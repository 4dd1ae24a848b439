package org.steadfast.persistence.postgres;

import java.time.Duration;
import java.util.Objects;

/**
 * How to reach PostgreSQL.
 *
 * @param jdbcUrl {@code jdbc:postgresql://host:port/database}, several hosts allowed
 * @param maxPoolSize most connections besides those of the writer lanes
 * @param connectTimeout how long one attempt to connect may take
 * @param socketTimeout how long one answer may take
 */
public record PostgresSettings(
        String jdbcUrl,
        String user,
        String password,
        int maxPoolSize,
        Duration connectTimeout,
        Duration socketTimeout) {
    public PostgresSettings {
        Objects.requireNonNull(jdbcUrl, "jdbcUrl is null");
        Objects.requireNonNull(user, "user is null");
        Objects.requireNonNull(password, "password is null");
    }

    @Override
    public String toString() {
        return user + "@" + jdbcUrl;
    }
}
