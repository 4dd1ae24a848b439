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

/** Current values in the table {@code property_value}. */
final class PostgresPropertyStore implements PropertyStore {
    private final DataSource pool;
    private final DataSource direct;

    /** @param direct gives the connections of a scan, which may take long and do not count among the pool's */
    PostgresPropertyStore(DataSource pool, DataSource direct) {
        this.pool = pool;
        this.direct = direct;
    }

    @Override
    public long scan(int readers, Consumer<StoredValue> consumer) throws StoreException, InterruptedException {
        return new TableScan(direct, readers, consumer).run();
    }

    @Override
    public long estimate() throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "select greatest(reltuples, 0)::bigint from pg_class where oid = 'property_value'::regclass");
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw SqlErrors.translate("estimating the number of values", e);
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
