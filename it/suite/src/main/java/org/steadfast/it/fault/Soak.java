package org.steadfast.it.fault;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.steadfast.it.harness.ClusterLayout;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Network;
import org.steadfast.it.harness.Node;

/**
 * Fault after fault, picked at random, on one cluster for as long as is wanted. Ends at the first that breaks a guarantee, with
 * what was found; the seed that it prints picks the same faults again.
 */
public final class Soak {
    private static final String MINUTES = "soak.minutes";
    private static final String SEED = "soak.seed";
    private static final int NODES = 3;
    private static final Duration AWAY = Duration.ofSeconds(30);

    private final ClusterUnderTest cluster;
    private final Random random;
    private final List<IntFunction<Nemesis>> faults;
    private final PrintStream out;

    private Soak(ClusterUnderTest cluster, Random random, List<IntFunction<Nemesis>> faults, PrintStream out) {
        this.cluster = cluster;
        this.random = random;
        this.faults = faults;
        this.out = out;
    }

    /** The system property {@code soak.minutes} says how long, {@code soak.seed} which faults. */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        long minutes = Long.getLong(MINUTES, 10);
        long seed = Long.getLong(SEED, System.nanoTime());
        boolean machines = Network.obstacle().isEmpty();
        out.printf("soak of %d minutes, -D%s=%d%n", minutes, SEED, seed);
        if (!machines) {
            out.println("without partitions: " + Network.obstacle().orElseThrow());
        }
        ClusterLayout layout = ClusterLayout.of(NODES, 0).withCoordinators(NODES);
        try (ClusterUnderTest cluster = ClusterUnderTest.create(machines ? layout.spreadOverMachines() : layout)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> endProcesses(cluster), "interrupted"));
            new Soak(cluster, new Random(seed), faults(machines), out).run(Duration.ofMinutes(minutes));
        }
    }

    /** Where the soak is interrupted; the next run removes what else is left of its network. */
    private static void endProcesses(ClusterUnderTest cluster) {
        for (Node node : cluster.nodesInStopOrder()) {
            try {
                if (node.isAlive()) {
                    node.kill();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static List<IntFunction<Nemesis>> faults(boolean machines) {
        List<IntFunction<Nemesis>> faults = new ArrayList<>(List.of(
                Nemeses::killOne,
                node -> Nemeses.killAll(),
                node -> Nemeses.rollingRestart(),
                node -> Nemeses.stutter(12),
                Nemeses::latePublish,
                Nemeses::commitAfterDeath,
                node -> Nemeses.restartEverything(),
                Nemeses::freezeOne,
                Nemeses::freezeOneAlone,
                node -> Nemeses.killCoordinatorLeader(),
                node -> Nemeses.killDatabase(),
                node -> Nemeses.databaseAway(AWAY, Nemeses.nothing()),
                node -> Nemeses.coordinatorAway(AWAY, Nemeses.nothing())));
        if (machines) {
            faults.add(node -> Nemeses.isolateOne(node, AWAY, Nemeses.nothing()));
            faults.add(node -> Nemeses.cutStateLinks(node, AWAY, Nemeses.nothing()));
        }
        return List.copyOf(faults);
    }

    private void run(Duration duration) throws Exception {
        long end = System.nanoTime() + duration.toNanos();
        int done = 0;
        while (System.nanoTime() - end < 0) {
            Nemesis next = faults.get(random.nextInt(faults.size())).apply(random.nextInt(NODES));
            FaultRun.of(cluster, next, out);
            done++;
        }
        out.println(done + " faults, every guarantee kept");
    }
}
