package org.steadfast.it.benchmark;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.steadfast.it.harness.ClusterUnderTest;

/** What PostgreSQL does by itself: batches of upserts of existing rows over plain JDBC, each its own durable transaction. */
final class RawUpserts {
    private static final int KEYS = 100_000;
    private static final String UPSERT = """
            insert into benchmark_value as p (thing_id, property, value, version)
            select t, p, v, nextval('benchmark_version') from unnest(?::bigint[], ?::text[], ?::bytea[]) as u(t, p, v)
            on conflict (thing_id, property) do update set value = excluded.value, version = nextval('benchmark_version')
            returning thing_id, property, version""";

    private final ClusterUnderTest cluster;

    RawUpserts(ClusterUnderTest cluster) {
        this.cluster = cluster;
    }

    /** @param rowsPerSecond rows written, p50 and p99 of one batch in milliseconds */
    record Result(double rowsPerSecond, double p50, double p99) {}

    void prepare() throws SQLException {
        try (Connection connection = cluster.connectToDatabase();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "create table benchmark_value (thing_id bigint, property text, value bytea, version bigint,"
                            + " primary key (thing_id, property)) with (fillfactor = 70)");
            statement.execute("create sequence benchmark_version");
            statement.execute(
                    "insert into benchmark_value select g, 'p1', '\\x01', 0 from generate_series(1, " + KEYS + ") g");
        }
    }

    Result run(int connections, int batch, Duration duration) throws InterruptedException, ExecutionException {
        Histogram latency = new ConcurrentHistogram(3);
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        long end = System.nanoTime() + duration.toNanos();
        List<Future<Long>> counts = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            counts.add(threads.submit(() -> write(batch, end, latency)));
        }
        long rows = 0;
        for (Future<Long> count : counts) {
            rows += count.get();
        }
        threads.shutdown();
        return new Result(
                rows * 1e9 / duration.toNanos(),
                latency.getValueAtPercentile(50) / 1e6,
                latency.getValueAtPercentile(99) / 1e6);
    }

    private long write(int batch, long end, Histogram latency) throws SQLException {
        long rows = 0;
        try (Connection connection = cluster.connectToDatabase();
                PreparedStatement statement = connection.prepareStatement(UPSERT)) {
            while (System.nanoTime() < end) {
                Long[] things = new Long[batch];
                String[] properties = new String[batch];
                byte[][] values = new byte[batch][];
                // Ascending without repeats, so that the connections lock rows in one order.
                long first = ThreadLocalRandom.current().nextLong(KEYS - (long) batch);
                for (int i = 0; i < batch; i++) {
                    things[i] = first + i + 1;
                    properties[i] = "p1";
                    values[i] = new byte[9];
                }
                long start = System.nanoTime();
                statement.setArray(1, connection.createArrayOf("bigint", things));
                statement.setArray(2, connection.createArrayOf("text", properties));
                statement.setArray(3, connection.createArrayOf("bytea", values));
                statement.executeQuery().close();
                latency.recordValue(System.nanoTime() - start);
                rows += batch;
            }
        }
        return rows;
    }
}
