package org.steadfast.persistence.postgres;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * How many rows come from the database at a time: few at first, since they may be large, then as many as should be about
 * {@link #BYTES} by the largest so far. Used by one thread, in a transaction; outside of one the driver reads all at once.
 */
final class FetchSize {
    private static final int FIRST_ROWS = 20;
    private static final int MOST_ROWS = 1_000;
    private static final long BYTES = 4L << 20;

    private long largest = 1;

    static FetchSize begin(PreparedStatement statement) throws SQLException {
        statement.setFetchSize(FIRST_ROWS);
        return new FetchSize();
    }

    private FetchSize() {}

    /** @param bytes of the row that was read */
    void read(ResultSet rows, long bytes) throws SQLException {
        largest = Math.max(largest, bytes);
        rows.setFetchSize((int) Math.max(1, Math.min(MOST_ROWS, BYTES / largest)));
    }
}
