package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;

/**
 * All ports of a cluster that is going to be laid out. Every list has those of one node after the other.
 *
 * @param coordinators for nodes, for each other, and for elections
 * @param database empty where the cluster has none of its own
 * @param rest of foundation nodes, for users
 * @param state of foundation nodes, for each other
 * @param device of connection servers
 */
record PortPlan(
        List<OfCoordinator> coordinators,
        OptionalInt database,
        List<Integer> rest,
        List<Integer> state,
        List<Integer> device) {
    private static final int COORDINATOR = 2181;
    private static final int PEER = 2888;
    private static final int ELECTION = 3888;
    private static final int DATABASE = 5433;
    private static final int REST = 8080;
    private static final int DEVICE = 8090;
    /** Below what systems give to outgoing connections, one of which might have it when the node starts. */
    private static final int STATE = 27100;

    /** The ports of a server of the coordinator. */
    record OfCoordinator(int client, int peer, int election) {}

    /**
     * Gives each node its ports, those first that somebody chose.
     *
     * @throws NodeFailure {@link ExitCode#PORT_IN_USE} if one that was chosen cannot be had, or none is left; nothing was written then
     */
    static PortPlan of(Layout layout, Machine machine) throws NodeFailure {
        Placement placement = layout.placement();
        Ports ports = new Ports(layout.ports().anyFree(), placement.isHere() ? machine::has : host -> false);
        try {
            Set<String> firstRest =
                    take(ports, placement.foundationNodes(), layout.ports().rest(), "--rest-port");
            Set<String> firstDevice =
                    take(ports, placement.connectionServers(), layout.ports().device(), "--device-port");
            List<OfCoordinator> coordinators = new ArrayList<>();
            for (String host : placement.coordinators()) {
                coordinators.add(new OfCoordinator(
                        ports.next(host, COORDINATOR), ports.next(host, PEER), ports.next(host, ELECTION)));
            }
            OptionalInt database = layout.database().isPresent()
                    ? OptionalInt.empty()
                    : OptionalInt.of(ports.next(placement.database().orElse(Placement.THIS_MACHINE), DATABASE));
            List<Integer> rest = new ArrayList<>();
            List<Integer> state = new ArrayList<>();
            for (String host : placement.foundationNodes()) {
                rest.add(next(ports, host, layout.ports().rest(), firstRest, REST));
                state.add(ports.next(placement.internalHost(host), STATE));
            }
            List<Integer> device = new ArrayList<>();
            for (String host : placement.connectionServers()) {
                device.add(next(ports, host, layout.ports().device(), firstDevice, DEVICE));
            }
            return new PortPlan(coordinators, database, rest, state, device);
        } catch (IOException e) {
            throw new NodeFailure(ExitCode.PORT_IN_USE, e.getMessage(), e);
        }
    }

    /** Keeps a port that was chosen for the first node of each machine, and tells on which machines. */
    private static Set<String> take(Ports ports, List<String> hosts, Optional<Integer> chosen, String option)
            throws IOException, NodeFailure {
        Set<String> kept = new HashSet<>();
        if (chosen.isPresent()) {
            for (String host : new LinkedHashSet<>(hosts)) {
                Optional<String> obstacle = ports.take(host, chosen.get());
                if (obstacle.isPresent()) {
                    throw new NodeFailure(
                            ExitCode.PORT_IN_USE,
                            option + ": port " + chosen.get() + " at " + host + ": " + obstacle.get());
                }
                kept.add(host);
            }
        }
        return kept;
    }

    private static int next(Ports ports, String host, Optional<Integer> chosen, Set<String> firsts, int usual)
            throws IOException {
        if (chosen.isEmpty()) {
            return ports.next(host, usual);
        }
        return firsts.remove(host) ? chosen.get() : ports.after(host, chosen.get());
    }
}
