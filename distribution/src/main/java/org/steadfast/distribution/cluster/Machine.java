package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Collectors;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;

/** The machine that this process runs on: which nodes of a cluster are on it, told by the addresses of its network. */
final class Machine {
    private final List<InetAddress> addresses;

    private Machine(List<InetAddress> addresses) {
        this.addresses = addresses;
    }

    /** @throws IOException if the system does not tell its addresses */
    static Machine here() throws IOException {
        return new Machine(NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .toList());
    }

    /**
     * The nodes of a cluster that run here, in the plan's order.
     *
     * @throws NodeFailure {@link ExitCode#FAILED} if there are none now: an address may come later; {@link ExitCode#SETTINGS_INVALID} if
     *     other machines cannot reach them by the host that the plan has
     */
    List<NodePlan> nodesOf(Instance instance) throws NodeFailure {
        List<NodePlan> here =
                instance.nodes().stream().filter(node -> has(node.host())).toList();
        if (here.isEmpty()) {
            throw new NodeFailure(
                    ExitCode.FAILED,
                    "no node of the cluster in " + instance.folder() + " is on this machine, which has "
                            + addresses.stream()
                                    .map(InetAddress::getHostAddress)
                                    .collect(Collectors.joining(", "))
                            + "; its nodes are on "
                            + instance.nodes().stream()
                                    .map(NodePlan::host)
                                    .distinct()
                                    .collect(Collectors.joining(", ")));
        }
        if (instance.isOnSeveralMachines()) {
            for (NodePlan node : here) {
                if (resolve(node.host()).stream().anyMatch(InetAddress::isLoopbackAddress)) {
                    throw new NodeFailure(
                            ExitCode.SETTINGS_INVALID,
                            node.host()
                                    + " is a loopback address on this machine, at which no other machine would reach "
                                    + node.id() + "; lay the cluster out with addresses instead of names");
                }
            }
        }
        return here;
    }

    /** Whether a host is this machine. */
    boolean has(String host) {
        return resolve(host).stream().anyMatch(address -> address.isLoopbackAddress() || addresses.contains(address));
    }

    private static List<InetAddress> resolve(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            // A name that is not known here is not the name of this machine.
            return List.of();
        }
    }
}
