package org.steadfast.it.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Which machine each node of a cluster under test is on, where it has several. */
final class Machines {
    private static final String DATABASE = "database";

    private final ClusterLayout layout;

    Machines(ClusterLayout layout) {
        this.layout = layout;
    }

    /** The machine of a node: foundation1 and coordinator1 are on machine1; all others have their own. */
    static String of(String node) {
        String number = node.replaceFirst("^(foundation|coordinator)", "");
        return "machine" + (number.equals(node) ? "-" + node : number);
    }

    /** The machines of all nodes. */
    List<String> names() {
        List<String> nodes = new ArrayList<>(nodes("coordinator", layout.coordinators()));
        nodes.addAll(nodes("foundation", layout.foundationNodes()));
        nodes.addAll(nodes("connection", layout.connectionServers()));
        nodes.add(DATABASE);
        return nodes.stream().map(Machines::of).distinct().toList();
    }

    /** What {@code cluster create} is told of them. */
    List<String> options(Network network) {
        return List.of(
                "--coordinators=" + hosts("coordinator", layout.coordinators(), network),
                "--foundation-nodes=" + hosts("foundation", layout.foundationNodes(), network),
                "--connection-servers=" + hosts("connection", layout.connectionServers(), network),
                "--database-machine=" + network.address(of(DATABASE)));
    }

    private static String hosts(String kind, int number, Network network) {
        // No node needs no machine.
        return number == 0
                ? "0"
                : nodes(kind, number).stream()
                        .map(node -> network.address(of(node)))
                        .collect(Collectors.joining(","));
    }

    private static List<String> nodes(String kind, int number) {
        return IntStream.rangeClosed(1, number).mapToObj(i -> kind + i).toList();
    }
}
