package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.steadfast.persistence.store.StoreException;

/**
 * What a database tells whoever is going to use it.
 *
 * @param version of the server
 * @param mayCreateTables whether the role may create the platform's tables where they are looked for
 * @param schemaVersion of the platform; empty where no node has used the database yet
 * @param connections how many the role may open at most
 * @param clockAhead of this machine's clock; negative where it is behind; as exact as half of the time that the answer took
 */
public record DatabaseFacts(
        String version, boolean mayCreateTables, Optional<String> schemaVersion, int connections, Duration clockAhead) {
    /** The schema that tables are created in may be missing; a role without a limit of its own has that of the server. */
    private static final String QUESTION = """
            select current_setting('server_version'),
              coalesce(has_schema_privilege(current_schema(), 'create'), false),
              least(current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
                (select case when rolconnlimit < 0 then 2147483647 else rolconnlimit end from pg_roles where rolname = current_user)),
              extract(epoch from clock_timestamp())""";

    /**
     * Asks the primary of a schema.
     *
     * @throws StoreException if it cannot be reached, refuses the login, or has what only later versions understand
     */
    public static DatabaseFacts of(PostgresSchema schema) throws StoreException {
        Optional<String> schemaVersion = schema.version();
        try (Connection connection = schema.connect();
                Statement statement = connection.createStatement()) {
            schema.requireUnderstood(connection);
            // The first answer is slower than the others: what is measured is the clock.
            statement.execute("select 1");
            Instant before = Instant.now();
            long begin = System.nanoTime();
            try (ResultSet row = statement.executeQuery(QUESTION)) {
                Instant middle = before.plusNanos((System.nanoTime() - begin) / 2);
                row.next();
                long millis = Math.round(row.getDouble(4) * 1_000);
                return new DatabaseFacts(
                        row.getString(1),
                        row.getBoolean(2),
                        schemaVersion,
                        row.getInt(3),
                        Duration.between(middle, Instant.ofEpochMilli(millis)));
            }
        } catch (SQLException e) {
            throw SqlErrors.translate("asking the database for what it is", e);
        }
    }
}
