package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.protocol.release.Generation;
import org.steadfast.protocol.release.ProductVersion;

/**
 * Which generations of the platform understand what is in the database. It only ever rises: once a version has run that leaves out older
 * generations, these may find what they do not understand. Safe for use by several threads.
 */
final class DataGeneration {
    private static final String IS_THERE = "select to_regclass('platform_generation') is not null";

    private static final String TOO_NEW = "select oldest, version from platform_generation where oldest > ?";

    private static final String RAISE = """
            insert into platform_generation as g (oldest, version) values (?, ?)
            on conflict (only_row) do update set oldest = excluded.oldest, version = excluded.version, since = now()
            where g.oldest < excluded.oldest""";

    private final DataSource source;

    DataGeneration(DataSource source) {
        this.source = source;
    }

    /** @throws StoreException {@link StoreException.Kind#OTHER_VERSION} if a program of this generation does not understand the data */
    void require(Generation program) throws StoreException {
        try (Connection connection = source.getConnection()) {
            require(connection, program);
        } catch (SQLException e) {
            throw SqlErrors.translate("looking of which generation the data is", e);
        }
    }

    private static boolean isThere(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(IS_THERE)) {
            rows.next();
            return rows.getBoolean(1);
        }
    }

    static void require(Connection connection, Generation program) throws SQLException, StoreException {
        if (!isThere(connection)) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(TOO_NEW)) {
            statement.setInt(1, program.number());
            try (ResultSet rows = statement.executeQuery()) {
                if (rows.next()) {
                    throw new StoreException(
                            StoreException.Kind.OTHER_VERSION,
                            "version " + rows.getString("version") + " has used the database, which generations before "
                                    + rows.getInt("oldest") + " do not understand since; this is version "
                                    + ProductVersion.get() + " of generation " + program.number()
                                    + ": start a newer one, or restore a backup that was made before into an empty database");
                }
            }
        }
    }

    /** Takes note that a program has begun to use the data. */
    void raise(Generation program) throws StoreException {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(RAISE)) {
            statement.setInt(1, program.oldest());
            statement.setString(2, ProductVersion.get());
            statement.executeUpdate();
        } catch (SQLException e) {
            throw SqlErrors.translate("noting of which generation the data is", e);
        }
    }
}
