package org.steadfast.distribution.cluster;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * On which machine each node of a cluster runs. Every list has the host of one node after the other.
 *
 * @param database empty where somebody else runs it
 */
record Placement(
        List<String> coordinators,
        List<String> foundationNodes,
        List<String> connectionServers,
        Optional<String> database) {
    /** The machine of a cluster that is on one machine alone. */
    static final String THIS_MACHINE = "127.0.0.1";

    boolean isOnSeveralMachines() {
        return Stream.of(
                                coordinators,
                                foundationNodes,
                                connectionServers,
                                database.stream().toList())
                        .flatMap(List::stream)
                        .distinct()
                        .count()
                > 1;
    }
}
