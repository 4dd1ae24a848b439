package org.steadfast.it.benchmark;

import java.io.PrintStream;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postgresql.PGConnection;
import org.steadfast.it.harness.ClusterLayout;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.InfluxServer;
import org.steadfast.persistence.influx.InfluxHistoryStore;
import org.steadfast.persistence.influx.InfluxSettings;
import org.steadfast.persistence.postgres.HistoryTarget;
import org.steadfast.persistence.postgres.PostgresDatabase;
import org.steadfast.persistence.postgres.PostgresSettings;
import org.steadfast.persistence.store.HistoryStore;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.TimeRange;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.ValueCodec;

/**
 * Rows of history a second, each batch durable before the next one of its writer, beside what PostgreSQL and InfluxDB take by themselves;
 * then queries among a day of values. Database, InfluxDB and writers share this machine.
 */
public final class HistoryBenchmark {
    private static final int WRITERS = 2;
    private static final int BATCH = 500;
    /** What one request to InfluxDB holds, as the platform's do. */
    private static final int POINTS = 5_000;

    private static final int ROWS = 500_000;
    private static final int RUNS = 3;
    private static final int DAY_SECONDS = 86_400;
    /** A part of a day. */
    private static final int DAY_BATCH = 600;

    private static final long START = 20_717L * DAY_SECONDS * 1000;
    private static final String INFLUX_DATABASE = "benchmark";

    private final ClusterUnderTest cluster;
    private final PostgresDatabase database;
    private final InfluxServer influx;
    private final InfluxHistoryStore toInflux;
    private final HttpClient http = HttpClient.newHttpClient();
    private final PrintStream out;
    /** By thing, each of one writer, who uses its connection. */
    private final Map<Long, Connection> connections = new ConcurrentHashMap<>();

    /** Each run writes things of its own. */
    private long nextThing = 1;

    private HistoryBenchmark(
            ClusterUnderTest cluster, PostgresDatabase database, InfluxServer influx, PrintStream out) {
        this.cluster = cluster;
        this.database = database;
        this.influx = influx;
        this.out = out;
        this.toInflux = new InfluxHistoryStore(
                new InfluxSettings(
                        URI.create(influx.url()),
                        INFLUX_DATABASE,
                        "",
                        "",
                        "",
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(60)),
                new InfluxHistoryStore.Database(
                        database.history(HistoryTarget.MOVES), database.historyOutbox(), database.deletedThings()));
    }

    /** @param arguments how many properties have a day of values for the queries; none: 20 */
    public static void main(String[] arguments) throws Exception {
        try (InfluxServer influx = InfluxServer.start();
                ClusterUnderTest cluster =
                        ClusterUnderTest.create(ClusterLayout.of(1, 0).asShipped())) {
            cluster.database().start();
            cluster.database().awaitReady(Duration.ofMinutes(1));
            PostgresSettings settings = new PostgresSettings(
                    cluster.databaseUrl(),
                    ClusterUnderTest.DATABASE_USER,
                    ClusterUnderTest.DATABASE_PASSWORD,
                    8,
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(60));
            try (PostgresDatabase database = PostgresDatabase.open(settings)) {
                System.out.printf(
                        "machine: %d processors, Java %s%n",
                        Runtime.getRuntime().availableProcessors(), System.getProperty("java.version"));
                HistoryBenchmark benchmark = new HistoryBenchmark(cluster, database, influx, System.out);
                database.history().upkeep(START);
                influx.query("", "CREATE DATABASE " + INFLUX_DATABASE);
                benchmark.ingest();
                for (Connection connection : benchmark.connections.values()) {
                    connection.close();
                }
                benchmark.queries(arguments.length == 0 ? 20 : Integer.parseInt(arguments[0]));
            }
        }
    }

    private void ingest() throws Exception {
        try (Connection connection = cluster.connectToDatabase();
                Statement statement = connection.createStatement()) {
            statement.execute("create table copied (thing_id bigint not null, property text not null,"
                    + " value_time bigint not null, value bytea not null, quality text not null,"
                    + " number double precision, primary key (thing_id, property, value_time))");
        }
        out.printf("%d writers, batches of %d rows, each durable before the next%n", WRITERS, BATCH);
        for (int run = 0; run < RUNS; run++) {
            double copy = rate((thing, first) -> copy(thing, first, BATCH));
            double bulk = rate((thing, first) -> {
                if (first % POINTS == 0) {
                    copy(thing, first, POINTS);
                }
            });
            double postgres = rate((thing, first) -> database.history().append(entries(thing, first, BATCH)));
            double lines = rate((thing, first) -> {
                if (first % POINTS == 0) {
                    lines(thing, first);
                }
            });
            double outbox = influxRate();
            out.printf(
                    "COPY %,.0f rows/s, COPY of %d at a time %,.0f, history in PostgreSQL %,.0f (%.0f %%),"
                            + " line protocol of %d at a time %,.0f, history until it is in InfluxDB %,.0f%n",
                    copy, POINTS, bulk, postgres, 100 * postgres / copy, POINTS, lines, outbox);
        }
    }

    /** Writes one batch. */
    @FunctionalInterface
    private interface Writing {
        /** @param first the second of the first row; further ones follow */
        void write(long thing, int first) throws Exception;
    }

    private double rate(Writing writing) throws Exception {
        long start = System.nanoTime();
        int rows = write(writing);
        return rows * 1e9 / (System.nanoTime() - start);
    }

    private int write(Writing writing) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                long thing = nextThing++;
                writers.add(threads.submit(() -> {
                    for (int first = 0; first < ROWS / WRITERS; first += BATCH) {
                        writing.write(thing, first);
                    }
                    return null;
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        } finally {
            threads.shutdownNow();
        }
        return ROWS;
    }

    /** One that moves while the others write, as each node has one. */
    private double influxRate() throws Exception {
        ExecutorService mover = Executors.newSingleThreadExecutor();
        try {
            long start = System.nanoTime();
            Future<?> moving = mover.submit(() -> {
                for (int moved = 0; moved < ROWS; ) {
                    moved += toInflux.move(POINTS);
                }
                return null;
            });
            int rows = write((thing, first) -> toInflux.append(entries(thing, first, BATCH)));
            moving.get();
            return rows * 1e9 / (System.nanoTime() - start);
        } finally {
            mover.shutdownNow();
        }
    }

    private static long time(int second) {
        return START + second * 1000L;
    }

    private static List<ValueWrite> entries(long thing, int first, int number) {
        List<ValueWrite> writes = new ArrayList<>(number);
        for (int i = first; i < first + number; i++) {
            writes.add(new ValueWrite(
                    new PropertyKey(thing, "level"), ValueCodec.toBytes(Value.number(i * 0.1)), time(i), "GOOD", 0, 0));
        }
        return writes;
    }

    private void copy(long thing, int first, int rows) throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = first; i < first + rows; i++) {
            text.append(thing)
                    .append("\tlevel\t")
                    .append(time(i))
                    .append("\t\\\\x024010000000000000\tGOOD\t")
                    .append(i * 0.1)
                    .append('\n');
        }
        connections
                .computeIfAbsent(thing, this::connect)
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("copy copied from stdin", new StringReader(text.toString()));
    }

    private Connection connect(long thing) {
        try {
            return cluster.connectToDatabase();
        } catch (SQLException e) {
            throw new IllegalStateException("for thing " + thing, e);
        }
    }

    private void lines(long thing, int first) throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = first; i < first + POINTS; i++) {
            text.append("raw,property=level,thing=")
                    .append(thing)
                    .append(" id=")
                    .append(i)
                    .append("i,number=")
                    .append(i * 0.1)
                    .append(' ')
                    .append(time(i))
                    .append("000000\n");
        }
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(influx.url() + "/write?precision=ns&db=" + INFLUX_DATABASE))
                .POST(BodyPublishers.ofString(text.toString()))
                .build();
        int status = http.send(request, BodyHandlers.discarding()).statusCode();
        if (status != 204) {
            throw new IllegalStateException("InfluxDB answers " + status);
        }
    }

    private void queries(int properties) throws Exception {
        out.printf("%,d properties, a value each second of one day: %,d rows%n", properties, properties * DAY_SECONDS);
        load("PostgreSQL", database.history(), properties);
        load("InfluxDB", toInflux, properties);
    }

    private void load(String name, HistoryStore store, int properties) throws Exception {
        long first = nextThing;
        nextThing += properties;
        for (long thing = first; thing < nextThing; thing++) {
            for (int second = 0; second < DAY_SECONDS; second += DAY_BATCH) {
                store.append(entries(thing, second, DAY_BATCH));
            }
            while (toInflux.move(POINTS) > 0) {
                // The rest.
            }
        }
        TimeRange day = new TimeRange(START, START + DAY_SECONDS * 1000L - 1);
        long thing = first + properties / 2;
        for (int run = 0; run < RUNS; run++) {
            long begin = System.nanoTime();
            int[] entries = new int[1];
            store.scan(thing, List.of("level"), day, true, entry -> entries[0]++ >= 0);
            long read = System.nanoTime();
            int hours = store.aggregate(thing, "level", day, 3_600_000, 100).size();
            long taken = System.nanoTime();
            int last = store.query(thing, "level", day, false, 500).size();
            out.printf(
                    "%s: %,d entries of a day in %.0f ms, %d hours of it in %.0f ms, the last %d in %.0f ms%n",
                    name,
                    entries[0],
                    (read - begin) / 1e6,
                    hours,
                    (taken - read) / 1e6,
                    last,
                    (System.nanoTime() - taken) / 1e6);
        }
    }
}
