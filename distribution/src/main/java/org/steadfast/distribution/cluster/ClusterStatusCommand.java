package org.steadfast.distribution.cluster;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.steadfast.coordination.chassis.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tells how the nodes of a cluster are. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description =
                "Tells how each node of a cluster is, on all of its machines, and which one fires timers and schedulers. Exit status"
                        + " 0: all are ready; 1: some are not; 3: none runs.")
final class ClusterStatusCommand implements Callable<Integer> {
    private static final String ROW = "%-13s %-18s %-22s %-10s %-8s %-10s %s%n";

    @Mixin
    private InstanceOption option;

    @Option(names = "--json", description = "As a list of JSON objects, for programs.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Instance instance = option.read();
        List<NodeStatus> nodes = new ArrayList<>();
        Machine machine = Machine.here();
        NodeProbe probe = new NodeProbe(instance, machine);
        for (NodePlan node : instance.nodes()) {
            nodes.add(NodeStatus.of(instance, node, machine.has(node.host()), probe));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ArrayNode list = JsonNodeFactory.instance.arrayNode();
            nodes.forEach(node -> list.add(node.toJson()));
            out.println(list.toPrettyString());
        } else {
            out.printf(ROW, "NODE", "ROLE", "ADDRESS", "STATE", "PID", "LEASE", "");
            nodes.forEach(node -> print(out, node));
            tellVersions(out, nodes);
        }
        out.flush();
        return exitCode(nodes).code();
    }

    private static void print(PrintWriter out, NodeStatus status) {
        NodePlan node = status.node();
        String lease = status.leaseMillis().isPresent()
                ? Math.round(status.leaseMillis().getAsDouble()) + " ms ago"
                : "";
        String pid =
                status.process().isPresent() ? Long.toString(status.process().getAsLong()) : "";
        String more = status.isSingleton() ? "singleton" : status.why();
        out.printf(ROW, node.id(), node.role(), node.address(), status.state().title(), pid, lease, more);
    }

    /** In the middle of an update, or where one has stopped half-way. */
    private static void tellVersions(PrintWriter out, List<NodeStatus> nodes) {
        Map<String, List<String>> running = nodes.stream()
                .filter(node -> node.version().isPresent())
                .collect(Collectors.groupingBy(
                        node -> node.version().get(),
                        TreeMap::new,
                        Collectors.mapping(node -> node.node().id(), Collectors.toList())));
        if (running.size() > 1) {
            out.println("Nodes run different versions:");
            running.forEach((version, ids) -> out.println("  " + version + ": " + String.join(", ", ids)));
        }
    }

    private static ExitCode exitCode(List<NodeStatus> nodes) {
        if (nodes.stream().noneMatch(NodeStatus::seemsToRun)) {
            return ExitCode.NOT_RUNNING;
        }
        return nodes.stream().allMatch(node -> node.state() == NodeStatus.State.READY) ? ExitCode.OK : ExitCode.FAILED;
    }
}
