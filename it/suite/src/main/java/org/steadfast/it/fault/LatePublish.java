package org.steadfast.it.fault;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.steadfast.it.harness.Node;
import org.steadfast.it.history.Operation;
import org.steadfast.it.workload.Register;
import org.steadfast.it.workload.Workload;
import org.steadfast.protocol.wire.CodecException;

/**
 * A node is paused between the commit of its values and their publishing. Meanwhile another one writes the same properties, and is
 * acknowledged. What the paused node publishes when it goes on is then older than what everybody has read.
 *
 * <p>The pause meets that moment because the test keeps the rows locked in the database until the node is frozen.
 */
final class LatePublish implements Nemesis {
    /** So many batches of a node can be in the database at the same time: its lanes. */
    private static final int LANES = 2;
    /** Writes that keep the lanes busy while those that matter line up behind them, to be one batch in each lane. */
    private static final int FIRST = 4;

    /** So many acknowledged newer values show what is to be seen; the pause must stay shorter than a lease. */
    private static final int ENOUGH = 2;

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Pattern WAITING = Pattern.compile("^steadfast_ingestion_waiting_updates\\{[^}]*} (\\S+)$");

    private final int index;

    /** @param index of the foundation node that is paused */
    LatePublish(int index) {
        this.index = index;
    }

    @Override
    public String name() {
        return "late-publish";
    }

    @Override
    public void strike(FaultRun run) throws Exception {
        Workload workload = run.workload();
        List<Node> nodes = run.cluster().foundationNodes();
        Node paused = nodes.get(index);
        List<Node> others = nodes.stream().filter(node -> !node.equals(paused)).toList();
        List<Register> first = workload.held().subList(0, FIRST);
        List<Register> rest = workload.held().subList(FIRST, workload.held().size());
        run.writeHeld(others.get(0));
        try (HeldWrites writes = new HeldWrites(workload)) {
            List<CompletableFuture<Operation>> late = pauseAfterCommit(run, writes, paused, first, rest);
            try {
                overtake(run, writes, others, rest);
            } finally {
                paused.thaw();
            }
            run.supervision()
                    .await("the paused node goes on", SOON, () -> late.stream().allMatch(CompletableFuture::isDone));
        }
    }

    private static List<CompletableFuture<Operation>> pauseAfterCommit(
            FaultRun run, HeldWrites writes, Node paused, List<Register> first, List<Register> rest) throws Exception {
        // Its clients would fill its lanes with batches that nothing holds.
        run.workload().rest(paused);
        List<CompletableFuture<Operation>> late;
        try (HeldRows heldFirst = HeldRows.hold(run.cluster(), first);
                HeldRows heldRest = HeldRows.hold(run.cluster(), rest)) {
            writes.begin(paused, first);
            run.supervision().await("a batch is stopped", SOON, () -> heldFirst.stopped() > 0);
            late = writes.begin(paused, rest);
            run.supervision().await("writes have lined up", SOON, () -> waiting(run, paused) >= rest.size() - LANES);
            heldFirst.close();
            run.supervision().await("batches are stopped", SOON, () -> heldRest.stopped() >= LANES);
            run.struck();
            paused.freeze();
        }
        return late;
    }

    /**
     * Writes newer values through the others, each in a batch of its own: only a batch all of whose values have both copies on other
     * nodes is acknowledged while one node is paused.
     */
    private static void overtake(FaultRun run, HeldWrites writes, List<Node> others, List<Register> rest)
            throws Exception {
        run.workload().goOn();
        Set<OptionalLong> before = acknowledgedBefore(run, rest);
        run.supervision()
                .await(
                        "the paused node's batches are committed",
                        SOON,
                        () -> committed(run, rest, before).size() >= rest.size() / 2);
        List<CompletableFuture<Operation>> newer = new ArrayList<>();
        Map<String, OptionalLong> late = committed(run, rest, before);
        for (Register register : rest) {
            if (!late.containsKey(register.name())) {
                continue;
            }
            newer.addAll(writes.begin(others.get(newer.size() % others.size()), List.of(register)));
            Awaitility.await()
                    .atMost(SOON)
                    .pollInterval(LOOK)
                    .until(() -> !committed(run, List.of(register), before)
                            .get(register.name())
                            .equals(late.get(register.name())));
            if (newer.stream().filter(HeldWrites::isAcknowledged).count() >= ENOUGH) {
                return;
            }
        }
        run.supervision()
                .await(
                        "newer values are acknowledged while the node is paused",
                        SOON,
                        () -> newer.stream().anyMatch(HeldWrites::isAcknowledged));
    }

    private static Set<OptionalLong> acknowledgedBefore(FaultRun run, List<Register> registers) {
        Set<String> names = new HashSet<>(registers.stream().map(Register::name).toList());
        Set<OptionalLong> values = new HashSet<>();
        for (Operation operation : run.history().operations()) {
            if (names.contains(operation.property())
                    && operation.kind() == Operation.Kind.WRITE
                    && operation.outcome() == Operation.Outcome.OK) {
                values.add(operation.value());
            }
        }
        return values;
    }

    /** Values in the database that are none of those, by property. */
    private static Map<String, OptionalLong> committed(FaultRun run, List<Register> registers, Set<OptionalLong> before)
            throws SQLException, CodecException {
        Map<String, OptionalLong> committed = new HashMap<>();
        for (Operation stored : new StoredNumbers(run.cluster()).read(registers, run.history())) {
            if (!before.contains(stored.value())) {
                committed.put(stored.property(), stored.value());
            }
        }
        return committed;
    }

    private static int waiting(FaultRun run, Node node) throws Exception {
        int waiting = 0;
        for (String line : run.cluster().rest(node).get("Metrics").body().split("\n", -1)) {
            Matcher matcher = WAITING.matcher(line);
            if (matcher.matches()) {
                waiting += (int) Double.parseDouble(matcher.group(1));
            }
        }
        return waiting;
    }
}
