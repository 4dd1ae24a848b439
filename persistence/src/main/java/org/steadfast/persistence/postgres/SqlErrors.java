package org.steadfast.persistence.postgres;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.postgresql.util.PSQLException;
import org.steadfast.persistence.store.StoreException;

/** Tells what an error of the driver, of PostgreSQL or of Pgpool-II means for the caller. */
final class SqlErrors {
    static final String UNIQUE_VIOLATION = "23505";
    static final String FOREIGN_KEY_VIOLATION = "23503";

    private SqlErrors() {}

    static StoreException translate(String what, SQLException e) {
        return new StoreException(kind(e), what + ": " + e.getMessage(), e);
    }

    /** The kind of whatever carries an error of the driver within it. */
    static StoreException.Kind kind(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException e) {
                return kind(e);
            }
        }
        return StoreException.Kind.FAILED;
    }

    static StoreException.Kind kind(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        if (state.startsWith("28") || state.equals("42501") || state.equals("3D000")) {
            return StoreException.Kind.REFUSED;
        }
        // Canceled: only a statement with a time limit of our own is.
        if (state.equals("57014")) {
            return StoreException.Kind.TOO_SLOW;
        }
        // Class 08: connection lost. 40: rolled back for the sake of others, as after a deadlock. 57P: shutting down,
        // starting
        // up, crashed. 53300: no connection free. 55P03: somebody else
        // held a row for longer than the statement would wait. 25006: a standby. Pgpool-II reports a lost backend as
        // XX000 with this
        // text.
        if (e instanceof SQLTransientConnectionException
                || state.startsWith("08")
                || state.startsWith("40")
                || state.startsWith("57P")
                || state.equals("53300")
                || state.equals("55P03")
                || state.equals("25006")
                // What the pool says, without a state, of a connection that it has given up meanwhile.
                || (state.isEmpty() && "Connection is closed".equals(e.getMessage()))
                || (state.equals("XX000") && String.valueOf(e.getMessage()).contains("DB node"))) {
            return StoreException.Kind.UNAVAILABLE;
        }
        return e.getCause() instanceof SQLException cause && cause != e ? kind(cause) : StoreException.Kind.FAILED;
    }

    static boolean isForeignKeyViolation(SQLException e) {
        return FOREIGN_KEY_VIOLATION.equals(e.getSQLState());
    }

    static boolean isUniqueViolation(SQLException e) {
        return UNIQUE_VIOLATION.equals(e.getSQLState());
    }

    /** True where the error comes from this constraint of the schema. */
    static boolean isViolationOf(String constraint, SQLException e) {
        return e instanceof PSQLException postgres
                && postgres.getServerErrorMessage() != null
                && constraint.equals(postgres.getServerErrorMessage().getConstraint());
    }
}
