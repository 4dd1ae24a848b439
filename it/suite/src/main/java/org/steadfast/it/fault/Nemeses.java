package org.steadfast.it.fault;

import java.time.Duration;
import java.util.List;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;

/** The faults of the suite. */
public final class Nemeses {
    /** Longer than the session timeout, so that the cluster goes on without what is gone. */
    private static final Duration NOTICED = Duration.ofSeconds(16);

    private static final Duration FROZEN = Duration.ofSeconds(15);
    /** So long a node that was paused has been seen to answer from a state that others had changed. */
    private static final Duration ZOMBIE = Duration.ofSeconds(20);

    /** Much shorter than a lease. */
    private static final Duration STUTTER = Duration.ofSeconds(1);

    private static final Duration ELECTION = Duration.ofSeconds(30);
    private static final Duration RESTART = Duration.ofSeconds(120);

    private Nemeses() {}

    /** What a test looks at while a fault lasts. */
    @FunctionalInterface
    public interface Look {
        void at(FaultRun run) throws Exception;
    }

    private record Named(String name, Look action) implements Nemesis {
        @Override
        public void strike(FaultRun run) throws Exception {
            action.at(run);
        }
    }

    /** Nothing happens: what is found then is no fault's doing. */
    public static Nemesis none(Duration duration) {
        return new Named("none", run -> {
            run.struck();
            run.supervision().watch(duration);
        });
    }

    /** A foundation node is killed, the cluster goes on without it, and it comes back. */
    public static Nemesis killOne(int index) {
        return new Named("kill-one", run -> {
            Node victim = run.cluster().foundationNodes().get(index);
            run.struck();
            victim.kill();
            run.supervision().watch(NOTICED);
            victim.start();
        });
    }

    /** All foundation nodes are killed at once and started again. */
    public static Nemesis killAll() {
        return new Named("kill-all", run -> {
            List<Node> victims = run.cluster().foundationNodes();
            run.struck();
            for (Node victim : victims) {
                victim.kill();
            }
            for (Node victim : victims) {
                victim.start();
            }
        });
    }

    /** One foundation node after the other is stopped and started again, as for an upgrade. */
    public static Nemesis rollingRestart() {
        return new Named("rolling-restart", run -> {
            run.struck();
            for (Node node : run.cluster().foundationNodes()) {
                requireCleanStop(node);
                node.start();
                run.supervision().awaitAllReady(RESTART);
            }
        });
    }

    /** Everything is stopped, those first that the others need, and started again, those first that need the others. */
    public static Nemesis restartEverything() {
        return new Named("restart-everything", run -> {
            ClusterUnderTest cluster = run.cluster();
            run.struck();
            requireCleanStop(cluster.database());
            for (Node node : cluster.foundationNodes()) {
                requireCleanStop(node);
            }
            for (Node node : cluster.coordinators()) {
                requireCleanStop(node);
            }
            for (Node node : cluster.foundationNodes()) {
                node.start();
            }
            for (Node node : cluster.coordinators()) {
                node.start();
            }
            cluster.database().start();
        });
    }

    private static void requireCleanStop(Node node) throws InterruptedException {
        int status = node.stop();
        if (status != 0) {
            throw new AssertionError(node.id() + " was asked to stop and ended with status " + status);
        }
    }

    /** A foundation node is frozen for longer than the session timeout, and wakes when the cluster has gone on without it. */
    public static Nemesis freezeOne(int index) {
        return new Named("freeze-one", run -> freeze(run, index));
    }

    /**
     * The same, but its clients rest meanwhile. It wakes with all its threads at hand for what is asked then, where they would
     * hang in requests that others of the cluster had to answer.
     */
    public static Nemesis freezeOneAlone(int index) {
        return new Named("freeze-one-alone", run -> {
            run.workload().rest(run.cluster().foundationNodes().get(index));
            try {
                freeze(run, index);
            } finally {
                run.workload().goOn();
            }
        });
    }

    /**
     * Every foundation node in turn is paused for a second, which nobody may notice but by waiting: what one had committed and not
     * yet published is published after what others have written meanwhile.
     */
    public static Nemesis stutter(int pauses) {
        return new Named("stutter", run -> {
            List<Node> nodes = run.cluster().foundationNodes();
            run.struck();
            for (int i = 0; i < pauses; i++) {
                Node victim = nodes.get(i % nodes.size());
                victim.freeze();
                try {
                    run.supervision().watch(STUTTER);
                } finally {
                    victim.thaw();
                }
                run.supervision().watch(STUTTER.dividedBy(2));
            }
        });
    }

    /** A node publishes what it has committed only after others have written newer values and were acknowledged. */
    public static Nemesis latePublish(int index) {
        return new LatePublish(index);
    }

    /** A node's batches are committed only after it was killed and the cluster has gone on without it. */
    public static Nemesis commitAfterDeath(int index) {
        return new CommitAfterDeath(index);
    }

    private static void freeze(FaultRun run, int index) throws Exception {
        Node victim = run.cluster().foundationNodes().get(index);
        run.struck();
        victim.freeze();
        try {
            run.supervision().watch(FROZEN);
        } finally {
            run.workload().goOn();
            victim.thaw();
        }
        run.supervision().watch(ZOMBIE);
    }

    /** The server that leads the coordinator is killed, and comes back when another leads. */
    public static Nemesis killCoordinatorLeader() {
        return new Named("kill-coordinator-leader", run -> {
            ClusterUnderTest cluster = run.cluster();
            Node leader = cluster.coordinatorLeader().orElseThrow(() -> new AssertionError("no coordinator leads"));
            run.struck();
            leader.kill();
            run.supervision()
                    .await(
                            "another leader of the coordinator",
                            ELECTION,
                            () -> cluster.coordinatorLeader().isPresent());
            run.supervision().watch(Duration.ofSeconds(5));
            leader.start();
        });
    }

    /**
     * All servers of the coordinator are killed and come back after a while.
     *
     * @param look what to do in the last third of it
     */
    public static Nemesis coordinatorAway(Duration duration, Look look) {
        return new Named("coordinator-away", run -> {
            run.struck();
            away(run, run.cluster().coordinators(), duration, look);
        });
    }

    /**
     * The database is stopped and comes back after a while.
     *
     * @param look what to do in the last third of it
     */
    public static Nemesis databaseAway(Duration duration, Look look) {
        return new Named("database-away", run -> {
            run.struck();
            away(run, List.of(run.cluster().database()), duration, look);
        });
    }

    private static void away(FaultRun run, List<Node> nodes, Duration duration, Look look) throws Exception {
        for (Node node : nodes) {
            if (node.role().equals("database")) {
                node.stop();
            } else {
                node.kill();
            }
        }
        try {
            long end = System.nanoTime() + duration.toNanos();
            run.supervision().watch(duration.multipliedBy(2).dividedBy(3));
            run.look(look);
            run.supervision().watch(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        } finally {
            for (Node node : nodes) {
                node.start();
            }
        }
    }

    /** The database's processes are killed and started again at once. */
    public static Nemesis killDatabase() {
        return new Named("kill-database", run -> {
            Node database = run.cluster().database();
            run.struck();
            database.kill();
            database.start();
        });
    }

    /**
     * The machine of a foundation node, with a server of the coordinator, is cut off from all other machines.
     *
     * @param look what to do towards the end of it
     */
    public static Nemesis isolateOne(int index, Duration duration, Look look) {
        return new Named("isolate-one", run -> {
            ClusterUnderTest cluster = run.cluster();
            run.struck();
            cluster.network().isolate(cluster.machine(cluster.foundationNodes().get(index)));
            try {
                run.supervision().watch(duration);
                run.look(look);
            } finally {
                cluster.network().heal();
            }
        });
    }

    /**
     * A foundation node and the others do not reach each other's share of the state any more, but all reach the coordinator and
     * the database.
     *
     * @param look what to do towards the end of it
     */
    public static Nemesis cutStateLinks(int index, Duration duration, Look look) {
        return new Named("cut-state-links", run -> {
            ClusterUnderTest cluster = run.cluster();
            List<String> machines =
                    cluster.foundationNodes().stream().map(cluster::machine).toList();
            String victim = machines.get(index);
            run.struck();
            cluster.network()
                    .cutPorts(
                            victim,
                            machines.stream()
                                    .filter(machine -> !machine.equals(victim))
                                    .toList(),
                            cluster.statePorts());
            try {
                run.supervision().watch(duration);
                run.look(look);
            } finally {
                cluster.network().heal();
            }
        });
    }

    /** Looks at nothing. */
    public static Look nothing() {
        return run -> {};
    }
}
