package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

/**
 * Tells a commit from one that only looks like it: where the wait for a synchronous standby is cancelled (by an administrator or a
 * proxy), PostgreSQL answers with success and a warning, though no standby has what was committed. Such a commit is as one whose answer
 * was lost.
 */
final class ReplicatedCommit {
    /** The function of PostgreSQL that waits; it names itself in the warning, in every language. */
    private static final String WAITING = "SyncRepWaitForLSN";

    private ReplicatedCommit() {}

    /** To be asked when a statement that is a transaction of its own has been done. */
    static void require(Statement statement) throws SQLException {
        require(statement.getWarnings());
    }

    /** To be asked when a transaction has been committed. */
    static void require(Connection connection) throws SQLException {
        require(connection.getWarnings());
    }

    private static void require(SQLWarning first) throws SQLException {
        for (SQLWarning warning = first; warning != null; warning = warning.getNextWarning()) {
            ServerErrorMessage message =
                    warning instanceof PSQLWarning postgres ? postgres.getServerErrorMessage() : null;
            if (message != null && WAITING.equals(message.getRoutine())) {
                throw new SQLException("committed without a standby: " + message.getMessage(), "08007", warning);
            }
        }
    }
}
