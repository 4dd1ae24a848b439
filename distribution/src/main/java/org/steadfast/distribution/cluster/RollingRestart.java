package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;

/**
 * Stops one node after the other, each when the cluster can do without it, and waits until its supervisor has it up again. Gives up
 * at the first node that does not come back, before another one is stopped.
 */
final class RollingRestart {
    private static final long SAFE_SECONDS = 180;
    private static final long STOP_SECONDS = 60;
    private static final long START_SECONDS = 180;
    private static final long POLL_MILLIS = 500;
    private static final List<String> ROLES = List.of(NodePlan.FOUNDATION_NODE, NodePlan.CONNECTION_SERVER);

    private final Instance instance;
    private final List<NodePlan> nodes;
    private final NodeProbe probe;
    private final PrintWriter out;

    /** @param here the nodes of this machine, whose supervisor starts again what is stopped */
    RollingRestart(Instance instance, List<NodePlan> here, NodeProbe probe, PrintWriter out) {
        this.instance = instance;
        this.nodes = here.stream().filter(node -> ROLES.contains(node.role())).toList();
        this.probe = probe;
        this.out = out;
    }

    /** @throws NodeFailure if there is nothing to restart */
    void requireNodes() throws NodeFailure {
        if (nodes.isEmpty()) {
            throw new NodeFailure(
                    ExitCode.FAILED, "there is no foundation node and no connection server on this machine");
        }
    }

    void run() throws IOException, InterruptedException, NodeFailure {
        // Before anything is stopped.
        for (NodePlan node : nodes) {
            process(node);
        }
        List<String> reasons = reasonsAgainst(nodes.get(0));
        if (!reasons.isEmpty()) {
            throw new NodeFailure(
                    ExitCode.FAILED, "nothing was restarted, it is not safe: " + String.join("; ", reasons));
        }
        for (NodePlan node : nodes) {
            awaitSafe(node);
            restart(node);
        }
        out.println("All " + nodes.size() + " nodes" + (instance.isOnSeveralMachines() ? " of this machine" : "")
                + " were restarted");
        out.flush();
    }

    private ProcessHandle process(NodePlan node) throws IOException, NodeFailure {
        return ProcessRecord.read(instance.processRecord(node))
                .orElseThrow(() -> new NodeFailure(
                        ExitCode.FAILED,
                        node.id() + " does not run under a supervisor that would start it again; see cluster run"));
    }

    private void awaitSafe(NodePlan node) throws InterruptedException, NodeFailure {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SAFE_SECONDS);
        while (true) {
            List<String> reasons = reasonsAgainst(node);
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

    /** Why the cluster cannot do without this node now; empty where it can. */
    private List<String> reasonsAgainst(NodePlan node) throws InterruptedException, NodeFailure {
        List<String> reasons = new ArrayList<>();
        if (instance.nodes(node.role()).size() < 2) {
            reasons.add(node.id() + " is the only " + node.role());
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

    private void restart(NodePlan node) throws IOException, InterruptedException, NodeFailure {
        long begin = System.nanoTime();
        ProcessHandle process = process(node);
        out.println("Stopping " + node.id());
        out.flush();
        process.destroy();
        long deadline = begin + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
        while (process.isAlive()) {
            if (System.nanoTime() > deadline) {
                throw new NodeFailure(
                        ExitCode.FAILED, node.id() + " did not stop within " + STOP_SECONDS + " s; it is left alone");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!isUpAgain(node, process)) {
            if (System.nanoTime() > deadline) {
                throw new NodeFailure(
                        ExitCode.FAILED,
                        node.id() + " was not ready again within " + START_SECONDS + " s; see " + instance.log(node));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        out.printf(Locale.ROOT, "Ready: %s after %.1f s%n", node.id(), (System.nanoTime() - begin) / 1e9);
        out.flush();
    }

    private boolean isUpAgain(NodePlan node, ProcessHandle former)
            throws IOException, InterruptedException, NodeFailure {
        Optional<ProcessHandle> now = ProcessRecord.read(instance.processRecord(node));
        return now.isPresent() && now.get().pid() != former.pid() && probe.isReady(node);
    }
}
