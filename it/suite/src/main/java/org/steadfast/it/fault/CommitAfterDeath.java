package org.steadfast.it.fault;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.steadfast.it.harness.Node;
import org.steadfast.it.workload.Register;

/**
 * A node is killed while the database works on its batches, which are committed only after the cluster has gone on without it. They
 * must become visible, or never be committed; and not only because the dead node looks after them when it is started again.
 */
final class CommitAfterDeath implements Nemesis {
    /** So many batches of a node can be in the database at the same time: its lanes. */
    private static final int LANES = 2;

    private static final Duration SOON = Duration.ofSeconds(10);
    /** Longer than the session timeout, so that the others have gone on, where they may. */
    private static final Duration NOTICED = Duration.ofSeconds(14);

    private static final Duration SETTLED = Duration.ofSeconds(30);

    private final int index;

    /** @param index of the foundation node that is killed */
    CommitAfterDeath(int index) {
        this.index = index;
    }

    @Override
    public String name() {
        return "commit-after-death";
    }

    @Override
    public void strike(FaultRun run) throws Exception {
        List<Node> nodes = run.cluster().foundationNodes();
        Node victim = nodes.get(index);
        List<Register> held = run.workload().held();
        run.writeHeld(nodes.get((index + 1) % nodes.size()));
        try (HeldWrites writes = new HeldWrites(run.workload())) {
            try (HeldRows rows = HeldRows.hold(run.cluster(), held)) {
                writes.begin(victim, held);
                run.supervision().await("batches are stopped", SOON, () -> rows.stopped() >= LANES);
                run.struck();
                victim.kill();
                run.supervision().watch(NOTICED);
            }
            run.look(CommitAfterDeath::agrees);
        } finally {
            victim.start();
        }
    }

    private static void agrees(FaultRun run) {
        try {
            Awaitility.await().atMost(SETTLED).until(() -> {
                Ending ending = Ending.of(run.cluster(), run.workload());
                return isTold(run, ending) && ending.disagreements().stream().noneMatch(line -> isHeld(run, line));
            });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("what the dead node's batches have committed is not visible", e);
        }
    }

    /** A node that refuses tells nothing, and agrees with nobody. */
    private static boolean isTold(FaultRun run, Ending ending) {
        Set<String> held = run.workload().held().stream().map(Register::name).collect(Collectors.toSet());
        long told = ending.nodes().stream()
                .filter(read -> held.contains(read.property()))
                .count();
        long alive =
                run.cluster().foundationNodes().stream().filter(Node::isAlive).count();
        return told == alive * held.size();
    }

    private static boolean isHeld(FaultRun run, String disagreement) {
        return run.workload().held().stream().anyMatch(register -> disagreement.startsWith(register.name() + ":"));
    }
}
