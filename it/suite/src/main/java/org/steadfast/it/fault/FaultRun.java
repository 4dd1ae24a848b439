package org.steadfast.it.fault;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.Supervision;
import org.steadfast.it.history.History;
import org.steadfast.it.history.Operation;
import org.steadfast.it.history.RegisterChecker;
import org.steadfast.it.history.Violation;
import org.steadfast.it.workload.Register;
import org.steadfast.it.workload.Stall;
import org.steadfast.it.workload.Workload;
import org.steadfast.it.workload.WorkloadSettings;

/** One fault under load: clients that work before, during and after it, and the checks at the end. Used by one thread. */
public final class FaultRun implements AutoCloseable {
    private static final Duration WARM_UP = Duration.ofSeconds(60);
    private static final Duration RECOVERY = Duration.ofSeconds(150);
    private static final Duration AFTERWARDS = Duration.ofSeconds(3);
    private static final int WARM_OPERATIONS = 10;

    private final ClusterUnderTest cluster;
    private final String fault;
    private final PrintStream out;
    private final Supervision supervision;
    private final Workload workload;
    /** What looks found while the fault lasted. */
    private final List<AssertionError> found = new ArrayList<>();
    /** When the fault happened, in the history's time. */
    private long struck;

    private FaultRun(ClusterUnderTest cluster, String fault, PrintStream out, Workload workload) {
        this.cluster = cluster;
        this.fault = fault;
        this.out = out;
        this.supervision = new Supervision(cluster);
        this.workload = workload;
    }

    /**
     * Does a fault to a cluster under load, waits until the cluster is well again, and checks what the clients saw.
     *
     * @param out gets one line of figures
     * @throws AssertionError if a guarantee was broken, with all that was found
     */
    public static void of(ClusterUnderTest cluster, Nemesis nemesis, PrintStream out) throws Exception {
        of(cluster, nemesis, WorkloadSettings::standard, out);
    }

    /** The same with another load. */
    public static void of(
            ClusterUnderTest cluster, Nemesis nemesis, Function<String, WorkloadSettings> load, PrintStream out)
            throws Exception {
        try (FaultRun run = begin(cluster, nemesis.name(), load, out)) {
            try {
                run.strike(nemesis);
                run.finish();
            } catch (Exception | AssertionError e) {
                Evidence.of(run.fault).keep(cluster, run.history());
                throw e;
            }
        }
    }

    private void strike(Nemesis nemesis) throws Exception {
        try {
            nemesis.strike(this);
        } catch (AssertionError e) {
            // The end is not reached; what the clients had seen until then may tell more than what failed.
            List<Violation> violations = new RegisterChecker().check(history());
            if (!violations.isEmpty()) {
                e.addSuppressed(new AssertionError("not linearizable: " + violations.size() + "\n"
                        + violations.get(violations.size() - 1).report()));
            }
            throw e;
        }
    }

    private static FaultRun begin(
            ClusterUnderTest cluster, String fault, Function<String, WorkloadSettings> load, PrintStream out)
            throws Exception {
        startWhatIsDown(cluster);
        // Nobody has written to these things yet, whatever ran before on the same cluster.
        String prefix = fault.replace("-", "") + Long.toString(System.currentTimeMillis(), 36) + "x";
        Workload workload = Workload.start(cluster, load.apply(prefix));
        FaultRun run = new FaultRun(cluster, fault, out, workload);
        try {
            run.awaitService("the load has begun", WARM_UP, WARM_OPERATIONS);
        } catch (AssertionError e) {
            run.close();
            throw e;
        }
        return run;
    }

    /** What an earlier run that failed has left. */
    private static void startWhatIsDown(ClusterUnderTest cluster) throws IOException {
        for (Node node : cluster.nodes()) {
            if (!node.isAlive()) {
                node.start();
            }
        }
        new Supervision(cluster).awaitAllReady(RECOVERY);
    }

    public ClusterUnderTest cluster() {
        return cluster;
    }

    public Supervision supervision() {
        return supervision;
    }

    public History history() {
        return workload.history();
    }

    /** The load, to let clients rest. */
    Workload workload() {
        return workload;
    }

    /** Writes a value to each property that is there for faults, so that each has a row. */
    void writeHeld(Node node) throws InterruptedException {
        for (Register register : workload.held()) {
            Operation write = workload.write(node, register);
            if (write.outcome() != Operation.Outcome.OK) {
                throw new AssertionError("a write before the fault was not acknowledged: " + write);
            }
        }
    }

    /** A property that the clients work with, for reads of a test's own. */
    public String somePropertyPath() {
        return workload.registers().get(0).path();
    }

    /** A NUMBER named {@code unwatched} that the clients leave alone, for writes of a test's own. */
    public String unwatchedPropertyPath() {
        return new Register(workload.registers().get(0).thing(), Workload.UNWATCHED).path();
    }

    /** Looks while the fault lasts. What it finds is told at the end, so that the end is not missed. */
    void look(Nemeses.Look look) throws Exception {
        try {
            look.at(this);
        } catch (AssertionError e) {
            found.add(e);
        }
    }

    /** To be called right before the fault. */
    public void struck() {
        struck = history().now();
    }

    /** When the fault happened, in the history's time. */
    public long struckAt() {
        return struck;
    }

    /** Through every node so many reads and so many writes succeed that are begun from now on. */
    private void awaitService(String what, Duration timeout, int operations) {
        long from = history().now();
        supervision.await(what, timeout, () -> {
            List<Operation> all = history().operations();
            return cluster.foundationNodes().stream()
                    .allMatch(node -> succeeded(all, node, from, Operation.Kind.READ) >= operations
                            && succeeded(all, node, from, Operation.Kind.WRITE) >= operations);
        });
    }

    private static long succeeded(List<Operation> operations, Node node, long from, Operation.Kind kind) {
        Predicate<Operation> wanted = operation -> operation.kind() == kind
                && operation.outcome() == Operation.Outcome.OK
                && operation.invoked() >= from
                && operation.node().equals(node.id());
        return operations.stream().filter(wanted).count();
    }

    private void finish() throws Exception {
        supervision.awaitAllReady(RECOVERY);
        awaitService("every node serves reads and writes again", RECOVERY, 1);
        supervision.watch(AFTERWARDS);
        long end = history().now();
        workload.stop();
        print(end);
        List<String> problems = new ArrayList<>();
        found.forEach(finding -> problems.add("while the fault lasted: " + finding.getMessage()));
        problems.addAll(new FinalChecks(cluster, workload).run());
        if (!problems.isEmpty()) {
            throw new AssertionError(fault + ":\n" + String.join("\n", problems));
        }
    }

    private void print(long end) throws IOException {
        List<Operation> operations = history().operations();
        long unknown = operations.stream()
                .filter(operation -> operation.outcome() == Operation.Outcome.UNKNOWN)
                .count();
        long failed = operations.stream()
                .filter(operation -> operation.outcome() == Operation.Outcome.FAILED)
                .count();
        out.printf(
                Locale.ROOT,
                "fault=%s longest write %s longest read %s (%d operations, %d writes refused, %d unknown, ended by itself: %s)%n",
                fault,
                Stall.of(history(), Operation.Kind.WRITE, struck, end),
                Stall.of(history(), Operation.Kind.READ, struck, end),
                operations.size(),
                failed,
                unknown,
                supervision.ended());
    }

    @Override
    public void close() {
        workload.close();
    }
}
