package org.steadfast.it.benchmark;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.steadfast.it.harness.ClusterLayout;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Memory;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.TemporaryFolder;
import org.steadfast.simulator.DeviceNetwork;
import org.steadfast.simulator.Fleet;
import org.steadfast.simulator.FleetResult;
import org.steadfast.simulator.FleetSettings;
import org.steadfast.simulator.FleetStatistics;
import org.steadfast.simulator.Load;
import org.steadfast.simulator.Patience;

/**
 * The figures of a cluster on one machine: time to ready, memory of each process, acknowledged updates beside the rate at which
 * the same PostgreSQL takes the same rows without us. Everything shares this machine, the load generator too.
 */
public final class ClusterBenchmark {
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration MEASURED = Duration.ofSeconds(12);
    private static final int[] VALUES_PER_MESSAGE = {3, 20};
    private static final int[] OUTSTANDING = {64, 512, 2048};
    private static final Duration COMPARISON = Duration.ofSeconds(6);
    private static final int BATCH = 500;
    private static final int CONNECTIONS = 2;

    private final ClusterUnderTest cluster;
    private final DeviceNetwork network;
    private final PrintStream out;

    private ClusterBenchmark(ClusterUnderTest cluster, DeviceNetwork network, PrintStream out) {
        this.cluster = cluster;
        this.network = network;
        this.out = out;
    }

    /**
     * Runs the whole benchmark, which takes about six minutes; or one load alone, to look into.
     *
     * @param arguments none, or values per message, messages outstanding and seconds of warm-up
     */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        out.printf(
                "machine: %d processors, %s %s, Java %s%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.version"));
        try (ClusterUnderTest cluster =
                        ClusterUnderTest.create(ClusterLayout.of(3, 1).asShipped());
                DeviceNetwork network = DeviceNetwork.start()) {
            ClusterBenchmark benchmark = new ClusterBenchmark(cluster, network, out);
            if (arguments.length == 3) {
                benchmark.run(
                        Integer.parseInt(arguments[0]),
                        Integer.parseInt(arguments[1]),
                        Duration.ofSeconds(Integer.parseInt(arguments[2])));
            } else {
                benchmark.run();
            }
        }
    }

    private void run() throws Exception {
        long start = System.nanoTime();
        cluster.startAll();
        out.printf(Locale.ROOT, "%nfirst start, laid out to ready: %.1f s%n", seconds(start));
        for (Node node : cluster.nodesInStopOrder()) {
            node.stop();
        }
        start = System.nanoTime();
        cluster.startAll();
        out.printf(Locale.ROOT, "later start, stopped to ready:   %.1f s%n", seconds(start));
        printMemory("after the start");
        RawUpserts raw = new RawUpserts(cluster);
        raw.prepare();
        raw.run(CONNECTIONS, BATCH, Duration.ofSeconds(5));
        RawUpserts.Result before = raw.run(CONNECTIONS, BATCH, MEASURED);
        out.printf(Locale.ROOT, "%n%-56s %10s %9s %9s   of PostgreSQL alone%n", "", "updates/s", "p50 ms", "p99 ms");
        print("PostgreSQL alone, batches of 500, 2 connections", before);
        for (int values : VALUES_PER_MESSAGE) {
            for (int outstanding : OUTSTANDING) {
                devices(outstanding, values, WARM_UP, before);
            }
        }
        print("PostgreSQL alone, again", raw.run(CONNECTIONS, BATCH, MEASURED));
        igniteAlone(before);
        printMemory("after the load");
    }

    private void run(int values, int outstanding, Duration warmUp) throws Exception {
        cluster.startAll();
        RawUpserts raw = new RawUpserts(cluster);
        raw.prepare();
        var warm = raw.run(CONNECTIONS, BATCH, Duration.ofSeconds(5));
        devices(outstanding, values, warmUp, raw.run(CONNECTIONS, BATCH, MEASURED));
    }

    private void devices(int outstanding, int values, Duration warmUp, RawUpserts.Result raw) throws Exception {
        Load load = Load.lasting(warmUp).withProperties(values).withRamp(Duration.ofSeconds(2));
        FleetSettings warm = settings("bench" + values + "v" + outstanding + "x", outstanding, load);
        cluster.createThings(warm);
        measure(warm);
        out.println("warmed up");
        out.flush();
        FleetStatistics statistics = measure(settings(
                warm.prefix(),
                outstanding,
                Load.lasting(MEASURED).withProperties(values).withFirstValue(1L << 40)));
        printRatio(
                "devices, " + outstanding + " messages of " + values + " values outstanding",
                new RawUpserts.Result(
                        statistics.updatesPerSecond(),
                        statistics.latency().p50().toNanos() / 1e6,
                        statistics.latency().p99().toNanos() / 1e6),
                raw);
    }

    private void igniteAlone(RawUpserts.Result raw) throws Exception {
        try (TemporaryFolder folder = TemporaryFolder.create();
                IgniteAlone ignite = IgniteAlone.start(cluster, folder.path())) {
            var warm = ignite.groups(COMPARISON);
            printRatio("Ignite alone, groups of 500, no database", ignite.groups(COMPARISON), raw);
            for (int outstanding : OUTSTANDING) {
                warm = ignite.writeThrough(outstanding, COMPARISON.dividedBy(2));
                printRatio(
                        "Ignite, write-through store, " + outstanding + " outstanding",
                        ignite.writeThrough(outstanding, COMPARISON),
                        raw);
            }
        }
    }

    private void printRatio(String what, RawUpserts.Result result, RawUpserts.Result raw) {
        out.printf(
                Locale.ROOT,
                "%-56s %10.0f %9.1f %9.1f   %.0f %%%n",
                what,
                result.rowsPerSecond(),
                result.p50(),
                result.p99(),
                100 * result.rowsPerSecond() / raw.rowsPerSecond());
    }

    private FleetSettings settings(String prefix, int devices, Load load) {
        return new FleetSettings(
                cluster.deviceServers(), cluster.deviceKey(), prefix, devices, load, Patience.standard());
    }

    private FleetStatistics measure(FleetSettings settings) throws Exception {
        try (Fleet fleet = new Fleet(network, settings)) {
            fleet.start();
            FleetResult result = fleet.completion().get(5, TimeUnit.MINUTES);
            if (result.statistics().errors() > 0) {
                throw new IllegalStateException("the load had errors: " + result);
            }
            return result.statistics();
        }
    }

    private void printMemory(String when) {
        out.printf("%nmemory %s, MB (PSS, with children)%n", when);
        for (Node node : cluster.nodesInStopOrder()) {
            out.printf("  %-14s %5d%n", node.id(), Memory.megabytes(node.pid()));
        }
    }

    private void print(String what, RawUpserts.Result result) {
        out.printf(Locale.ROOT, "%-56s %10.0f %9.1f %9.1f%n", what, result.rowsPerSecond(), result.p50(), result.p99());
    }

    private static double seconds(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
