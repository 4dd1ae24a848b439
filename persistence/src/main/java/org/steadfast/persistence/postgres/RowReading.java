package org.steadfast.persistence.postgres;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredRow;

/** Reads the rows of an answer, as long as they are not too much for one. Stateless. */
final class RowReading {
    private static final int MEGABYTES = 64;

    private RowReading() {}

    /** @throws StoreException {@link StoreException.Kind#TOO_LARGE} */
    static List<StoredRow> all(PreparedStatement statement) throws SQLException, StoreException {
        FetchSize fetch = FetchSize.begin(statement);
        try (ResultSet found = statement.executeQuery()) {
            List<StoredRow> rows = new ArrayList<>();
            long bytes = 0;
            while (found.next()) {
                StoredRow row = RowJson.read(found);
                bytes += row.content().length();
                if (bytes > (long) MEGABYTES << 20) {
                    throw new StoreException(
                            StoreException.Kind.TOO_LARGE,
                            "the rows are more than " + MEGABYTES
                                    + " MB; ask for fewer rows, by maxItems or by a filter");
                }
                fetch.read(found, row.content().length());
                rows.add(row);
            }
            return rows;
        }
    }
}
