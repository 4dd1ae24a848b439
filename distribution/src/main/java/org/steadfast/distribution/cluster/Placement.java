package org.steadfast.distribution.cluster;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
    /** Where nodes of a cluster that is on one machine alone are for each other. */
    static final String THIS_MACHINE = "127.0.0.1";

    /** Whether all nodes are on the machine that lays the cluster out, as where they were counted and not named. */
    boolean isHere() {
        return coordinators.contains(THIS_MACHINE);
    }

    /** Where the other nodes reach a node: users come from outside, they do not where all are here. */
    String internalHost(String host) {
        return isHere() ? THIS_MACHINE : host;
    }

    boolean isOnSeveralMachines() {
        return !isHere() && hosts().size() > 1;
    }

    /** Where users, devices and other nodes connect to nodes. */
    Set<String> doors() {
        return Stream.concat(foundationNodes.stream(), connectionServers.stream())
                .collect(Collectors.toSet());
    }

    Set<String> hosts() {
        return Stream.of(
                        coordinators,
                        foundationNodes,
                        connectionServers,
                        database.stream().toList())
                .flatMap(List::stream)
                .collect(Collectors.toSet());
    }
}
