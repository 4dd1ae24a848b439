package org.steadfast.it.harness;

import java.util.List;

/**
 * What a cluster under test consists of.
 *
 * @param startingQuickly whether its processes are tuned to start quickly rather than to run fast for long
 * @param onMachines whether its nodes are spread over machines with a network of their own, which {@link Network} can cut
 */
public record ClusterLayout(
        int foundationNodes, int connectionServers, int coordinators, boolean startingQuickly, boolean onMachines) {

    /** One coordinator; plain processes on this machine that start quickly. */
    public static ClusterLayout of(int foundationNodes, int connectionServers) {
        return new ClusterLayout(foundationNodes, connectionServers, 1, true, false);
    }

    public ClusterLayout withCoordinators(int number) {
        return new ClusterLayout(foundationNodes, connectionServers, number, startingQuickly, onMachines);
    }

    /** Its processes run as shipped, for figures. */
    public ClusterLayout asShipped() {
        return new ClusterLayout(foundationNodes, connectionServers, coordinators, false, onMachines);
    }

    /** On machines of their own: foundation1 with coordinator1 and so on, and the database alone. */
    public ClusterLayout spreadOverMachines() {
        return new ClusterLayout(foundationNodes, connectionServers, coordinators, startingQuickly, true);
    }

    List<String> options() {
        return List.of(
                "--coordinators=" + coordinators,
                "--foundation-nodes=" + foundationNodes,
                "--connection-servers=" + connectionServers);
    }
}
