package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.protocol.release.Generation;
import org.steadfast.protocol.release.ProductVersion;

/**
 * Stops one node after the other, each when the cluster can do without it, and waits until its supervisor has it up again. Gives up
 * at the first node that does not come back, before another one is stopped.
 */
final class RollingRestart {
    private static final long SAFE_SECONDS = 180;
    private static final long POLL_MILLIS = 500;
    /** Of fewer none can be missed. */
    private static final int COORDINATORS = 3;

    private final Instance instance;
    private final List<NodePlan> nodes;
    private final NodeProbe probe;
    private final NodeRestart restart;
    private final PrintWriter out;

    /**
     * @param here the nodes of this machine, whose supervisor starts again what is stopped
     * @param restart how each is restarted
     */
    RollingRestart(Instance instance, List<NodePlan> here, NodeProbe probe, NodeRestart restart, PrintWriter out) {
        this.instance = instance;
        this.nodes = here.stream().filter(node -> canBeMissed(instance, node)).toList();
        this.probe = probe;
        this.restart = restart;
        this.out = out;
    }

    private static boolean canBeMissed(Instance instance, NodePlan node) {
        return switch (node.role()) {
            case NodePlan.COORDINATOR -> instance.nodes(NodePlan.COORDINATOR).size() >= COORDINATORS;
            case NodePlan.FOUNDATION_NODE, NodePlan.CONNECTION_SERVER -> true;
            default -> false;
        };
    }

    /** @throws NodeFailure if there is nothing to restart */
    void requireNodes() throws NodeFailure {
        if (nodes.isEmpty()) {
            throw new NodeFailure(
                    ExitCode.FAILED, "there is no node on this machine that the cluster could do without for a moment");
        }
    }

    /** @param permit lasts until the end, and is looked at before each node is stopped */
    void run(RestartPermit permit) throws IOException, InterruptedException, NodeFailure {
        // Before anything is stopped.
        for (NodePlan node : nodes) {
            restart.require(node);
        }
        List<String> reasons = reasonsAgainstNext();
        if (!reasons.isEmpty()) {
            throw new NodeFailure(
                    ExitCode.FAILED, "nothing was restarted, it is not safe: " + String.join("; ", reasons));
        }
        requireGeneration();
        restart.tellWhatDiffers(nodes);
        for (NodePlan node : nodes) {
            awaitSafe(node);
            permit.require(node);
            restart.restart(node);
        }
        String where = instance.isOnSeveralMachines() ? " of this machine" : "";
        out.println(
                nodes.size() == 1
                        ? "The one node" + where + " was restarted"
                        : "All " + nodes.size() + " nodes" + where + " were restarted");
        out.flush();
    }

    /** Nodes of programs that cannot run beside the others would end at once. */
    private void requireGeneration() throws InterruptedException, NodeFailure {
        for (NodePlan node : instance.nodes(NodePlan.FOUNDATION_NODE)) {
            NodeMeters meters = probe.meters(node);
            if (meters.equals(NodeMeters.NONE)) {
                throw new NodeFailure(
                        ExitCode.FAILED,
                        "nothing was restarted: " + node.id() + " does not tell which version it runs");
            }
            Generation other = meters.generation();
            if (!Generation.OWN.worksWith(other)) {
                throw new NodeFailure(
                        ExitCode.OTHER_VERSION,
                        "nothing was restarted: " + node.id() + " runs a version of generation " + other.number()
                                + ", beside which version " + ProductVersion.get() + " of generation "
                                + Generation.OWN.number()
                                + " cannot run; stop the nodes of all machines, then start them from these programs");
            }
        }
    }

    private void awaitSafe(NodePlan node) throws InterruptedException, NodeFailure {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SAFE_SECONDS);
        while (true) {
            List<String> reasons = reasonsAgainstNext();
            if (reasons.isEmpty()) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new NodeFailure(
                        ExitCode.FAILED,
                        node.id() + " and the nodes after it were not restarted, it is not safe: "
                                + String.join("; ", reasons));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** Why the cluster cannot do without the next node now, or without another one then; empty where it can. */
    private List<String> reasonsAgainstNext() throws InterruptedException, NodeFailure {
        List<String> reasons = new ArrayList<>();
        for (NodePlan node : nodes) {
            if (instance.nodes(node.role()).size() < 2) {
                reasons.add(node.id() + " is the only " + node.role()
                        + ", so stop the nodes, and start them from these programs");
            }
        }
        for (NodePlan other : instance.nodes()) {
            if (!probe.isReady(other)) {
                reasons.add(other.id() + " is not ready");
            } else if (other.role().equals(NodePlan.FOUNDATION_NODE)) {
                addIfNotZero(reasons, other, "steadfast_state_single_copies", "parts of shared state with one copy");
                addIfNotZero(reasons, other, "steadfast_state_unreachable_nodes", "nodes that it does not reach");
            }
        }
        return reasons;
    }

    private void addIfNotZero(List<String> reasons, NodePlan node, String metric, String meaning)
            throws InterruptedException, NodeFailure {
        OptionalDouble value = probe.meters(node).value(metric);
        if (value.isEmpty()) {
            reasons.add(node.id() + " does not tell its " + metric);
        } else if (value.getAsDouble() != 0) {
            reasons.add(String.format(Locale.ROOT, "%s has %.0f %s", node.id(), value.getAsDouble(), meaning));
        }
    }
}
