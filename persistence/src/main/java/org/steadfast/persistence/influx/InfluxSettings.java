package org.steadfast.persistence.influx;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;

/**
 * How InfluxDB is reached.
 *
 * @param url such as {@code http://influx:8086}; without a path
 * @param user empty: without a login
 * @param token stands for user and password where it is not empty
 * @param timeout for the answer to one request
 */
public record InfluxSettings(
        URI url,
        String database,
        String user,
        String password,
        String token,
        Duration connectTimeout,
        Duration timeout) {
    public InfluxSettings {
        Objects.requireNonNull(url, "url is null");
        Objects.requireNonNull(database, "database is null");
        Objects.requireNonNull(user, "user is null");
        Objects.requireNonNull(password, "password is null");
        Objects.requireNonNull(token, "token is null");
        Objects.requireNonNull(connectTimeout, "connectTimeout is null");
        Objects.requireNonNull(timeout, "timeout is null");
    }

    /** For messages: nothing secret. */
    @Override
    public String toString() {
        return "InfluxDB at " + url + ", database " + database;
    }
}
