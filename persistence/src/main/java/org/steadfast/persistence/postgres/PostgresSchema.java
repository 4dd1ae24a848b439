package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.YearMonth;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.postgresql.jdbc.PreferQueryMode;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.protocol.release.Generation;

/** The platform's schema in a database, by its versions. Safe for use by several threads. */
public final class PostgresSchema {
    /** What Flyway notes in the database; no part of the platform's data. */
    public static final String VERSIONS = "schema_version";

    private final DataSource source;

    PostgresSchema(DataSource source) {
        this.source = source;
    }

    /** The one of the primary among the servers of an address; connects when there is something to do. */
    public static PostgresSchema in(PostgresSettings settings) throws StoreException {
        return new PostgresSchema(new PrimaryConnecting(ServerSources.of(settings, PreferQueryMode.EXTENDED)));
    }

    /** A connection to the database that the schema is in; the caller closes it. */
    public Connection connect() throws StoreException {
        try {
            return source.getConnection();
        } catch (SQLException e) {
            throw SqlErrors.translate("connecting to the database", e);
        }
    }

    /** The version that the database has; empty where it has none. */
    public Optional<String> version() throws StoreException {
        try {
            return Optional.ofNullable(flyway().load().info().current())
                    .map(MigrationInfo::getVersion)
                    .map(Object::toString);
        } catch (FlywayException e) {
            throw unreadable(e);
        }
    }

    /** Whether this program has that version of the schema. */
    public boolean isKnown(String version) throws StoreException {
        try {
            for (MigrationInfo known : flyway().load().info().all()) {
                if (known.getVersion() != null
                        && known.getVersion().toString().equals(version)
                        && known.getState().isResolved()) {
                    return true;
                }
            }
            return false;
        } catch (FlywayException e) {
            throw unreadable(e);
        }
    }

    private static StoreException unreadable(FlywayException e) {
        return new StoreException(SqlErrors.kind(e), "the schema's version cannot be read: " + reason(e), e);
    }

    /** What the database says, without the lines that Flyway puts around it. */
    private static String reason(FlywayException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException) {
                return cause.getMessage();
            }
        }
        return e.getMessage();
    }

    /**
     * What an error means for the caller.
     *
     * @param what was to be done, for the message
     */
    public static StoreException failure(String what, SQLException e) {
        return SqlErrors.translate(what, e);
    }

    /**
     * Brings it to the newest version that this program knows, and leaves one alone that is newer. Several may do so at the same time: one
     * migrates, the others wait.
     *
     * @throws StoreException {@link StoreException.Kind#OTHER_VERSION} if this program does not understand what newer ones have left; nothing
     *     was changed then
     */
    public void migrate() throws StoreException {
        migrate(Generation.OWN);
    }

    void migrate(Generation program) throws StoreException {
        DataGeneration data = new DataGeneration(source);
        data.require(program);
        migrate(flyway());
        data.raise(program);
        // Another one may have raised it meanwhile.
        data.require(program);
    }

    /**
     * Looks at what a connection sees, such as rows that were restored and are not committed yet.
     *
     * @throws StoreException {@link StoreException.Kind#OTHER_VERSION} if this program would not understand them
     */
    public void requireUnderstood(Connection connection) throws StoreException {
        try {
            DataGeneration.require(connection, Generation.OWN);
        } catch (SQLException e) {
            throw SqlErrors.translate("looking of which generation the data is", e);
        }
    }

    /** Brings it to a version that is not older than its own. */
    public void migrateTo(String version) throws StoreException {
        migrate(flyway().target(version));
    }

    private static void migrate(FluentConfiguration flyway) throws StoreException {
        try {
            flyway.load().migrate();
        } catch (FlywayException e) {
            throw new StoreException(SqlErrors.kind(e), "the schema cannot be migrated: " + reason(e), e);
        }
    }

    private FluentConfiguration flyway() {
        return Flyway.configure()
                .dataSource(source)
                .locations("classpath:org/steadfast/persistence/postgres/migration")
                .table(VERSIONS);
    }

    /** Makes the partition of history for a month of UTC, where it is missing. */
    public void makeHistoryPartition(YearMonth month) throws StoreException {
        new HistoryPartitions(new Transactions(source)).make(month);
    }
}
