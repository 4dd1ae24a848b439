package org.steadfast.it.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.history.LostWriteChecker;
import org.steadfast.it.history.RegisterChecker;
import org.steadfast.it.history.Violation;
import org.steadfast.it.workload.Workload;

/**
 * What must hold when a fault is over and the clients have ended: all nodes and the database have one value for each property, no
 * acknowledged write is lost, each property was linearizable all the time, and no answer was one that no fault excuses.
 */
final class FinalChecks {
    /** Writes that clients gave up may still take effect for so long, on one node after the other. */
    private static final Duration REST = Duration.ofSeconds(30);

    private static final int SHOWN = 8;

    private final ClusterUnderTest cluster;
    private final Workload workload;

    FinalChecks(ClusterUnderTest cluster, Workload workload) {
        this.cluster = cluster;
        this.workload = workload;
    }

    /** What is wrong, for people; empty where nothing is. */
    List<String> run() {
        List<Ending> endings = new ArrayList<>();
        try {
            Awaitility.await().atMost(REST).until(() -> {
                endings.add(Ending.of(cluster, workload));
                return differences(endings.get(endings.size() - 1)).isEmpty();
            });
        } catch (ConditionTimeoutException e) {
            // The differences of the last look are told below.
            if (endings.isEmpty()) {
                throw new AssertionError("nothing could be read in the end", e);
            }
        }
        Ending ending = endings.get(endings.size() - 1);
        List<String> problems = new ArrayList<>();
        add(problems, "properties that nodes and database do not agree on", differences(ending));
        add(
                problems,
                "properties with a lost write",
                reports(new LostWriteChecker().check(workload.history(), ending.all())));
        add(
                problems,
                "properties that were not linearizable",
                reports(new RegisterChecker().check(workload.history())));
        add(
                problems,
                "kinds of answers that no fault excuses",
                workload.complaints().lines());
        return problems;
    }

    private List<String> differences(Ending ending) {
        List<String> differences = new ArrayList<>();
        int expected = cluster.foundationNodes().size() * workload.everything().size();
        if (ending.nodes().size() != expected) {
            differences.add(ending.nodes().size() + " of " + expected + " last reads were answered");
        }
        differences.addAll(ending.disagreements());
        return differences;
    }

    /** One stale read contradicts whatever was written since; the last contradiction of each property is the one to look at. */
    private static List<String> reports(List<Violation> violations) {
        Map<String, List<Violation>> byProperty = new TreeMap<>();
        for (Violation violation : violations) {
            byProperty
                    .computeIfAbsent(violation.property(), property -> new ArrayList<>())
                    .add(violation);
        }
        return byProperty.values().stream()
                .map(found -> found.get(found.size() - 1).report()
                        + (found.size() > 1 ? "  and " + (found.size() - 1) + " more of this property\n" : ""))
                .toList();
    }

    private static void add(List<String> problems, String title, List<String> found) {
        if (!found.isEmpty()) {
            problems.add(title + ": " + found.size());
            problems.addAll(found.subList(0, Math.min(SHOWN, found.size())));
        }
    }
}
