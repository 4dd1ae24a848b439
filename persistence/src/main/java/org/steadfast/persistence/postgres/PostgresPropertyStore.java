package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.PropertyStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredValue;
import org.steadfast.persistence.store.WriterLane;

/** Current values in the table {@code property_value}. */
final class PostgresPropertyStore implements PropertyStore {
    private static final int SCAN_FETCH_ROWS = 10_000;

    private final DataSource pool;
    private final DataSource direct;

    /** @param direct gives connections that live as long as a lane does and do not count among the pool's */
    PostgresPropertyStore(DataSource pool, DataSource direct) {
        this.pool = pool;
        this.direct = direct;
    }

    @Override
    public WriterLane openLane(String node, int lane) throws StoreException {
        String claim =
                "insert into writer_lane as l (node, lane, incarnation) values (?, ?, nextval('writer_incarnation'))"
                        + " on conflict (node, lane) do update set incarnation = excluded.incarnation, fenced = false, batch = 0"
                        + " returning incarnation";
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(claim)) {
            statement.setString(1, node);
            statement.setInt(2, lane);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return new PostgresWriterLane(direct, node, lane, rows.getLong(1));
            }
        } catch (SQLException e) {
            throw SqlErrors.translate("claiming lane " + lane, e);
        }
    }

    @Override
    public long scan(Consumer<StoredValue> consumer) throws StoreException {
        long count = 0;
        try (Connection connection = pool.getConnection()) {
            // Without a transaction the driver would fetch all rows at once.
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(SCAN_FETCH_ROWS);
                try (ResultSet rows = statement.executeQuery(
                        "select thing_id, property, value, value_time, quality, version from property_value")) {
                    while (rows.next()) {
                        consumer.accept(read(rows));
                        count++;
                    }
                }
            } finally {
                connection.rollback();
            }
            return count;
        } catch (SQLException e) {
            throw SqlErrors.translate("reading all values", e);
        }
    }

    /** Reads the six columns of a value from the current row. */
    static StoredValue read(ResultSet rows) throws SQLException {
        return new StoredValue(
                new PropertyKey(rows.getLong(1), rows.getString(2)),
                rows.getBytes(3),
                rows.getLong(4),
                rows.getString(5),
                rows.getLong(6));
    }

    @Override
    public long nextEpoch() throws StoreException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select nextval('binding_epoch')")) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw SqlErrors.translate("drawing an epoch", e);
        }
    }
}
