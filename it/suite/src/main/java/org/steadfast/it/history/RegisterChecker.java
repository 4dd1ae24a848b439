package org.steadfast.it.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells whether the operations on one property are linearizable: whether a single register could have answered so, each operation
 * taking effect at one moment between its invocation and its completion. Needs every write to have a value of its own; then it is
 * known which write each read has seen, and the answer takes n log n steps instead of exponentially many.
 *
 * <p>The algorithm is that of P. B. Gibbons and E. Korach, "Testing Shared Memories", SIAM Journal on Computing 26 (1997), for
 * histories with a known read mapping:
 *
 * <ol>
 *   <li>The write of a value and all reads of it are a <em>cluster</em>. In a register's order they stand together.
 *   <li>Let f be the earliest completion in a cluster and s its latest invocation. If f &lt; s, one operation was over before
 *       another began, so the value held at least from f to s: a <em>forward zone</em>. Else all operations of the cluster were
 *       under way together between s and f, and may all have taken effect at any one moment there: a <em>backward zone</em>.
 *   <li>The history is linearizable if and only if no read completed before its write was invoked, no two forward zones overlap,
 *       and no backward zone lies within a forward zone.
 * </ol>
 *
 * <p>Operations that only touch in time count as concurrent, so a report is never due to the clock's resolution.
 *
 * <p>Beyond the paper: a write whose outcome is unknown may take effect at any time after its invocation, so its completion is
 * infinitely late; if nobody read its value, it is as if it had never been. A failed write is not part of the history, and its
 * value must not be read. What a property has before its first write is a cluster whose write lies before everything.
 */
public final class RegisterChecker {

    /** All properties of a history. */
    public List<Violation> check(History history) {
        List<Violation> violations = new ArrayList<>();
        history.byProperty().forEach((property, operations) -> violations.addAll(check(property, operations)));
        return violations;
    }

    /**
     * One property.
     *
     * @return empty if and only if the operations are linearizable
     * @throws IllegalArgumentException if a value was written twice
     */
    List<Violation> check(String property, List<Operation> operations) {
        Map<Long, Operation> writes = new HashMap<>();
        Map<Long, List<Operation>> reads = new HashMap<>();
        List<Operation> initialReads = new ArrayList<>();
        for (Operation operation : operations) {
            if (operation.isWrite()) {
                if (writes.put(operation.value().getAsLong(), operation) != null) {
                    throw new IllegalArgumentException(
                            property + ": " + operation.value().getAsLong() + " was written twice");
                }
            } else if (operation.value().isPresent()) {
                reads.computeIfAbsent(operation.value().getAsLong(), value -> new ArrayList<>())
                        .add(operation);
            } else {
                initialReads.add(operation);
            }
        }
        List<Violation> violations = new ArrayList<>();
        violations.addAll(readsWithoutWrite(property, writes, reads));
        violations.addAll(zones(property, clusters(writes, reads, initialReads)));
        return violations;
    }

    private static List<Violation> readsWithoutWrite(
            String property, Map<Long, Operation> writes, Map<Long, List<Operation>> reads) {
        List<Violation> violations = new ArrayList<>();
        reads.forEach((value, seen) -> {
            Operation read = seen.stream()
                    .min(Comparator.comparingLong(Operation::completed))
                    .orElseThrow();
            Operation write = writes.get(value);
            if (write == null) {
                violations.add(new Violation(
                        property, Violation.Kind.NEVER_WRITTEN, "nobody ever wrote " + value, List.of(read)));
            } else if (write.outcome() == Operation.Outcome.FAILED) {
                violations.add(new Violation(
                        property,
                        Violation.Kind.FAILED_WRITE_READ,
                        "the write of " + value + " was answered as one without effect, and was read",
                        List.of(write, read)));
            } else if (read.completed() < write.invoked()) {
                violations.add(new Violation(
                        property,
                        Violation.Kind.READ_BEFORE_WRITE,
                        value + " was read before its write began",
                        List.of(read, write)));
            }
        });
        return violations;
    }

    private static List<Cluster> clusters(
            Map<Long, Operation> writes, Map<Long, List<Operation>> reads, List<Operation> initialReads) {
        List<Cluster> clusters = new ArrayList<>();
        clusters.add(Cluster.initial(initialReads));
        writes.forEach((value, write) -> {
            List<Operation> seen = reads.getOrDefault(value, List.of());
            boolean mayNeverHaveBeen = write.outcome() != Operation.Outcome.OK && seen.isEmpty();
            if (!mayNeverHaveBeen && write.outcome() != Operation.Outcome.FAILED) {
                clusters.add(Cluster.of(write, seen));
            }
        });
        return clusters;
    }

    private static List<Violation> zones(String property, List<Cluster> clusters) {
        List<Cluster> forward = clusters.stream()
                .filter(Cluster::isForward)
                .sorted(Comparator.comparingLong(Cluster::firstEnd))
                .toList();
        List<Violation> violations = new ArrayList<>();
        List<Cluster> apart = new ArrayList<>();
        for (Cluster next : forward) {
            Cluster last = apart.isEmpty() ? null : apart.get(apart.size() - 1);
            if (last == null || last.lastStart() <= next.firstEnd()) {
                apart.add(next);
                continue;
            }
            violations.add(contradiction(property, last, next));
            // The one that reaches further is kept, so that whatever overlaps with it later is told too.
            if (next.lastStart() > last.lastStart()) {
                apart.set(apart.size() - 1, next);
            }
        }
        for (Cluster cluster : clusters) {
            if (!cluster.isForward()) {
                Cluster around = lastThatBeginsBefore(apart, cluster.lastStart());
                if (around != null && cluster.firstEnd() < around.lastStart()) {
                    violations.add(contradiction(property, around, cluster));
                }
            }
        }
        return violations;
    }

    /** Of zones that are sorted and apart, the last that begins before a moment: none other can contain what begins there. */
    private static Cluster lastThatBeginsBefore(List<Cluster> zones, long moment) {
        int from = 0;
        int to = zones.size();
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (zones.get(middle).firstEnd() < moment) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from == 0 ? null : zones.get(from - 1);
    }

    /** Each of the two values has an operation that was over before one of the other value began. */
    private static Violation contradiction(String property, Cluster first, Cluster second) {
        List<Operation> evidence = new ArrayList<>();
        evidence.addAll(first.firstToEnd());
        evidence.add(second.lastToStart());
        evidence.addAll(second.firstToEnd());
        evidence.add(first.lastToStart());
        return new Violation(
                property,
                Violation.Kind.WENT_BACK,
                first.name() + " held before " + second.name() + ", and after it again",
                evidence);
    }
}
