package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.steadfast.persistence.store.StoreException;

/** Single statements, each a transaction of its own. Safe for use by several threads. */
final class Statements {
    private final DataSource pool;

    Statements(DataSource pool) {
        this.pool = pool;
    }

    /** Reads the row that a result stands at. */
    @FunctionalInterface
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /**
     * Changes rows.
     *
     * @param what said in the error where it fails
     * @param parameters in their order; lists become arrays of texts, others are {@link SqlArray}s
     * @return how many rows were changed
     */
    int change(String what, String sql, Object... parameters) throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            set(connection, statement, parameters);
            int changed = statement.executeUpdate();
            ReplicatedCommit.require(statement);
            return changed;
        } catch (SQLException e) {
            throw SqlErrors.translate(what, e);
        }
    }

    /** Like {@link #change}, with the rows that the statement gives. */
    <T> List<T> rows(String what, String sql, Row<T> row, Object... parameters) throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            set(connection, statement, parameters);
            List<T> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rows.add(row.read(result));
                }
            }
            ReplicatedCommit.require(statement);
            return rows;
        } catch (SQLException e) {
            throw SqlErrors.translate(what, e);
        }
    }

    static void set(Connection connection, PreparedStatement statement, Object... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            if (parameters[i] instanceof SqlArray array) {
                statement.setArray(i + 1, array.on(connection));
            } else if (parameters[i] instanceof List<?> texts) {
                statement.setArray(i + 1, connection.createArrayOf("text", texts.toArray()));
            } else {
                statement.setObject(i + 1, parameters[i]);
            }
        }
    }
}
