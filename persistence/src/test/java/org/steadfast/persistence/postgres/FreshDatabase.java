package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;
import org.steadfast.persistence.embedded.SharedPostgres;
import org.steadfast.persistence.store.StoreException;

/** A database of one test class, with the platform's schema. */
public record FreshDatabase(SharedPostgres.Server server, String name, PostgresDatabase database)
        implements AutoCloseable {

    public static FreshDatabase on(SharedPostgres.Server server) throws SQLException, StoreException {
        String name = server.createDatabase();
        return new FreshDatabase(server, name, PostgresDatabase.open(settings(server, name)));
    }

    public static PostgresSettings settings(SharedPostgres.Server server, String name) {
        return new PostgresSettings(
                server.jdbcUrl(name),
                server.user(),
                server.password(),
                8,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30));
    }

    /** A connection as the application. */
    Connection connect() throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(server.jdbcUrl(name));
        source.setUser(server.user());
        source.setPassword(server.password());
        return source.getConnection();
    }

    /** Runs a statement as the superuser and returns its first value, or an empty text if it has no result. */
    public String superuser(String sql) throws SQLException {
        return server.query(name, sql);
    }

    @Override
    public void close() {
        database.close();
    }
}
