package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.steadfast.persistence.store.StoreException;

/** Work of which the database keeps all or nothing. Safe for use by several threads. */
final class Transactions {
    private final DataSource pool;

    Transactions(DataSource pool) {
        this.pool = pool;
    }

    /** Works with a connection whose changes are all committed, or none. */
    @FunctionalInterface
    interface Work<T> {
        T with(Connection connection) throws SQLException, StoreException;
    }

    /**
     * Does something in one transaction.
     *
     * @param what for the message of what goes wrong
     */
    <T> T run(String what, Work<T> work) throws StoreException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.with(connection);
                connection.commit();
                ReplicatedCommit.require(connection);
                return result;
            } catch (SQLException | StoreException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            }
        } catch (SQLException e) {
            StoreException failure = SqlErrors.translate(what, e);
            throw failure.kind() == StoreException.Kind.TOO_SLOW
                    ? new StoreException(
                            failure.kind(), what + " took too long; ask for less, or filter by what is indexed", e)
                    : failure;
        }
    }

    /** Changes something with a connection, all of it or nothing. */
    @FunctionalInterface
    interface Change {
        void with(Connection connection) throws SQLException, StoreException;
    }

    /** Like {@link #run}, with nothing to give. */
    void change(String what, Change change) throws StoreException {
        run(what, connection -> {
            change.with(connection);
            return null;
        });
    }

    private static void rollBack(Connection connection, Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // The connection is gone, and the transaction with it; what made it fail says more.
            cause.addSuppressed(e);
        }
    }
}
