package org.steadfast.it.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.history.Operation;
import org.steadfast.it.workload.Workload;

/**
 * One look at every property, through every node that answers and in the database.
 *
 * @param nodes one read for each property and node
 * @param database one for each property
 */
record Ending(List<Operation> nodes, List<Operation> database) {
    static Ending of(ClusterUnderTest cluster, Workload workload) throws Exception {
        return new Ending(
                workload.readEverything(), new StoredNumbers(cluster).read(workload.everything(), workload.history()));
    }

    List<Operation> all() {
        List<Operation> all = new ArrayList<>(nodes);
        all.addAll(database);
        return all;
    }

    /** Properties that have more than one value, with the values; for people. */
    List<String> disagreements() {
        Map<String, Map<String, String>> byProperty = new TreeMap<>();
        for (Operation read : all()) {
            byProperty
                    .computeIfAbsent(read.property(), property -> new TreeMap<>())
                    .put(
                            read.node(),
                            read.value().isPresent()
                                    ? Long.toString(read.value().getAsLong())
                                    : "nothing");
        }
        List<String> disagreements = new ArrayList<>();
        byProperty.forEach((property, values) -> {
            if (new TreeSet<>(values.values()).size() > 1) {
                disagreements.add(property + ": " + values);
            }
        });
        return disagreements;
    }
}
