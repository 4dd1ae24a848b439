package org.steadfast.it.benchmark;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.steadfast.it.harness.ClusterLayout;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Memory;
import org.steadfast.it.harness.Node;
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
public final class FirstLightBenchmark {
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration MEASURED = Duration.ofSeconds(20);
    private static final int VALUES_PER_MESSAGE = 3;
    private static final int BATCH = 500;
    private static final int CONNECTIONS = 2;

    private final ClusterUnderTest cluster;
    private final DeviceNetwork network;
    private final PrintStream out;

    private FirstLightBenchmark(ClusterUnderTest cluster, DeviceNetwork network, PrintStream out) {
        this.cluster = cluster;
        this.network = network;
        this.out = out;
    }

    /** Runs the whole benchmark; takes about four minutes. */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        out.printf(
                "machine: %d processors, %s %s, Java %s%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.version"));
        try (ClusterUnderTest cluster =
                        ClusterUnderTest.create(ClusterLayout.of(2, 2).asShipped());
                DeviceNetwork network = DeviceNetwork.start()) {
            new FirstLightBenchmark(cluster, network, out).run();
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
        out.printf(Locale.ROOT, "%n%-44s %10s %9s %9s%n", "", "updates/s", "p50 ms", "p99 ms");
        print("PostgreSQL alone, batches of 500, 2 connections", before);
        for (int outstanding : new int[] {64, 512}) {
            devices(outstanding, before);
        }
        print("PostgreSQL alone, again", raw.run(CONNECTIONS, BATCH, MEASURED));
        printMemory("after the load");
    }

    private void devices(int outstanding, RawUpserts.Result raw) throws Exception {
        Load load = Load.lasting(WARM_UP).withProperties(VALUES_PER_MESSAGE).withRamp(Duration.ofSeconds(2));
        FleetSettings warm = settings("bench" + outstanding + "x", outstanding, load);
        cluster.createThings(warm);
        measure(warm);
        FleetStatistics statistics = measure(settings(
                warm.prefix(),
                outstanding,
                Load.lasting(MEASURED).withProperties(VALUES_PER_MESSAGE).withFirstValue(1L << 40)));
        out.printf(
                Locale.ROOT,
                "%-44s %10.0f %9.1f %9.1f   %.0f %% of PostgreSQL alone%n",
                "devices, " + outstanding + " messages of 3 values outstanding",
                statistics.updatesPerSecond(),
                statistics.latency().p50().toNanos() / 1e6,
                statistics.latency().p99().toNanos() / 1e6,
                100 * statistics.updatesPerSecond() / raw.rowsPerSecond());
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
        out.printf(Locale.ROOT, "%-44s %10.0f %9.1f %9.1f%n", what, result.rowsPerSecond(), result.p50(), result.p99());
    }

    private static double seconds(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
