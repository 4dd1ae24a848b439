package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredValue;

/**
 * One pass over all values by several readers, each a range of the table's pages, all in the snapshot of the first connection: a
 * row that is changed meanwhile, and moves to another page by that, is found once nevertheless. (PostgreSQL's manual, "Snapshot
 * Synchronization Functions".) Used once.
 */
final class TableScan {
    private static final int FETCH_ROWS = 5_000;
    private static final String ROWS =
            "select thing_id, property, value, value_time, quality, version from property_value";

    private final DataSource source;
    private final int readers;
    private final Consumer<StoredValue> consumer;

    TableScan(DataSource source, int readers, Consumer<StoredValue> consumer) {
        this.source = source;
        this.readers = readers;
        this.consumer = consumer;
    }

    long run() throws StoreException, InterruptedException {
        try (Connection owner = source.getConnection()) {
            begin(owner);
            try {
                String snapshot = text(owner, "select pg_export_snapshot()");
                long pages = Long.parseLong(
                        text(owner, "select pg_relation_size('property_value') / current_setting('block_size')::int"));
                return runAll(snapshot, pages);
            } finally {
                owner.rollback();
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private long runAll(String snapshot, long pages) throws StoreException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(readers, task -> new Thread(task, "scan"));
        try {
            List<Future<Long>> parts = new ArrayList<>();
            for (int i = 0; i < readers; i++) {
                long from = pages * i / readers;
                // The last one takes all that there may be beyond the end that was seen.
                String end = i == readers - 1 ? "" : " and ctid < '(" + pages * (i + 1) / readers + ",0)'";
                String query = ROWS + " where ctid >= '(" + from + ",0)'" + end;
                parts.add(threads.submit(() -> read(snapshot, query)));
            }
            long count = 0;
            for (Future<Long> part : parts) {
                count += part.get();
            }
            return count;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException cause) {
                throw failed(cause);
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new StoreException(StoreException.Kind.FAILED, "reading all values: " + e.getCause(), e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private long read(String snapshot, String query) throws SQLException {
        long count = 0;
        try (Connection connection = source.getConnection()) {
            begin(connection);
            try (Statement statement = connection.createStatement()) {
                statement.execute("set transaction snapshot '" + snapshot + "'");
                statement.setFetchSize(FETCH_ROWS);
                try (ResultSet rows = statement.executeQuery(query)) {
                    while (rows.next()) {
                        if (Thread.currentThread().isInterrupted()) {
                            throw new SQLException("another part of the scan failed");
                        }
                        consumer.accept(PostgresPropertyStore.read(rows));
                        count++;
                    }
                }
            } finally {
                connection.rollback();
            }
        }
        return count;
    }

    /** Without a transaction the driver would fetch all rows at once, and nothing would keep the snapshot. */
    private static void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    }

    private static String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static StoreException failed(SQLException e) {
        return SqlErrors.translate("reading all values", e);
    }
}
