package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;

/**
 * Starts the nodes of this machine in the order in which they need each other, starts one again that ends by itself, and stops them
 * in reverse order. Where the cluster is on several machines, these are started one after the other, by people or when the power is
 * back: nodes that wait for those of other machines are waited for, however long that takes. Runs on the command's thread; the
 * signal's thread asks it to stop and waits for the end.
 */
final class ClusterSupervisor {
    private static final long START_SECONDS = 120;
    private static final long STOP_SECONDS = 40;
    private static final long POLL_MILLIS = 200;
    private static final int LINES_SHOWN = 15;
    private static final long TOLD_AFTER_SECONDS = 15;

    private static final List<List<String>> STAGES = List.of(
            List.of(NodePlan.COORDINATOR, NodePlan.DATABASE),
            List.of(NodePlan.FOUNDATION_NODE),
            List.of(NodePlan.CONNECTION_SERVER));

    /** What no other machine can mend. */
    private static final Set<ExitCode> FINAL =
            Set.of(ExitCode.OK, ExitCode.USAGE, ExitCode.SETTINGS_INVALID, ExitCode.PORT_IN_USE, ExitCode.DATA_IN_USE);

    private static final Logger log = LoggerFactory.getLogger(ClusterSupervisor.class);

    private final Instance instance;
    /** Those of this machine. */
    private final List<NodePlan> nodes;

    private final Path home;
    private final NodePrograms programs;
    private final PrintWriter out;
    private final NodeProbe probe;
    private final DeathNotices notices;
    /** Counted down by the signal's thread. */
    private final CountDownLatch stopAsked = new CountDownLatch(1);

    private final CountDownLatch ended = new CountDownLatch(1);
    /** In the order of their start; used by the command's thread. */
    private final List<ChildProcess> children = new ArrayList<>();
    /** Platform ids of those that were ready under this supervisor; used by the command's thread. */
    private final Set<String> upOnce = new HashSet<>();

    private final Restarts restarts = new Restarts();

    /** Hears that all nodes of this machine take traffic. */
    @FunctionalInterface
    interface Up {
        /** @param nanos how long that took */
        void accept(List<NodePlan> nodes, long nanos) throws IOException;
    }

    ClusterSupervisor(Instance instance, Machine machine, Path home, DeathNotices notices, PrintWriter out)
            throws NodeFailure {
        this.instance = instance;
        this.nodes = machine.nodesOf(instance);
        this.home = home;
        this.programs = new NodePrograms(instance);
        this.out = out;
        this.probe = new NodeProbe(instance, machine);
        this.notices = notices;
    }

    /** @param onUp told once, when all nodes of this machine take traffic */
    ExitCode run(Up onUp) throws IOException, InterruptedException, NodeFailure {
        Thread hook = new Thread(this::askToStop, "stop-on-signal");
        Runtime.getRuntime().addShutdownHook(hook);
        boolean started = false;
        try {
            started = runUntilStopped(onUp);
        } finally {
            // Before the hook, which ends the process.
            notices.close();
            // Whatever fails above: the hook waits for this, and would wait for ever.
            ended.countDown();
            forget(hook);
        }
        return started || stopAsked.getCount() == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private boolean runUntilStopped(Up onUp) throws IOException, InterruptedException, NodeFailure {
        long begin = System.nanoTime();
        Files.deleteIfExists(instance.supervisorUp());
        for (NodePlan node : nodes) {
            programs.write(node, home);
        }
        ProcessRecord.write(instance.supervisorRecord(), ProcessHandle.current());
        try {
            boolean started = startAll();
            if (started) {
                notices.connect();
                onUp.accept(nodes, System.nanoTime() - begin);
                tellUp();
                watch();
            }
            return started;
        } finally {
            stopAll();
            Files.deleteIfExists(instance.supervisorUp());
            for (NodePlan node : nodes) {
                programs.forget(node);
            }
            Files.deleteIfExists(instance.supervisorRecord());
        }
    }

    /** The nodes are well, whether that can be written down or not. */
    private void tellUp() {
        try {
            Files.createFile(instance.supervisorUp());
        } catch (IOException e) {
            log.warn(
                    "READINESS_UNTOLD: {} cannot be written; whoever waits for it takes the nodes for not ready",
                    instance.supervisorUp(),
                    e);
        }
    }

    /** Else the hook would end this process as if it had been asked to stop, whatever the exit status. */
    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            log.debug("The virtual machine is shutting down already", e);
        }
    }

    private void askToStop() {
        stopAsked.countDown();
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(ExitCode.OK.code());
    }

    private boolean startAll() throws IOException, InterruptedException, NodeFailure {
        for (List<String> stage : STAGES) {
            int first = children.size();
            for (NodePlan node : nodes) {
                if (stage.contains(node.role())) {
                    children.add(start(node));
                }
            }
            for (int i = first; i < children.size(); i++) {
                if (!awaitReady(i)) {
                    return false;
                }
            }
        }
        return true;
    }

    private ChildProcess start(NodePlan node) throws IOException {
        if (node.role().equals(NodePlan.DATABASE)) {
            Files.deleteIfExists(instance.databaseReady());
        }
        tell("Starting " + node.id() + " at " + node.address());
        ChildProcess child =
                ChildProcess.start(instance, node, programs.read(node).orElse(home));
        if (node.role().equals(NodePlan.FOUNDATION_NODE)) {
            notices.follow(child);
        }
        return child;
    }

    /**
     * Waits for one of the children.
     *
     * @return false where it was asked to stop meanwhile
     */
    private boolean awaitReady(int index) throws IOException, InterruptedException, NodeFailure {
        NodePlan node = children.get(index).node();
        long begin = System.nanoTime();
        boolean isTold = false;
        while (!probe.isReady(node)) {
            if (stopAsked.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                return false;
            }
            for (ChildProcess child : children) {
                if (!child.isAlive() && !mayPass(child)) {
                    throw failed(child, false);
                }
            }
            long waited = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
            if (waited >= START_SECONDS && !instance.isOnSeveralMachines()) {
                throw failed(children.get(index), true);
            }
            reviveAll();
            if (!isTold && waited >= TOLD_AFTER_SECONDS && instance.isOnSeveralMachines()) {
                isTold = true;
                tell(node.id() + " is not ready yet; it may need nodes of other machines, and is waited for");
            }
        }
        upOnce.add(node.id());
        tell("Ready: " + node.id());
        return true;
    }

    /** Whether a node that has ended may stay when it is started again: it was well before, or may have missed what other machines have. */
    private boolean mayPass(ChildProcess child) {
        return upOnce.contains(child.node().id())
                || (instance.isOnSeveralMachines()
                        && !FINAL.contains(ExitCode.of(child.process().exitValue())));
    }

    private void tell(String line) {
        out.println(line);
        out.flush();
    }

    private NodeFailure failed(ChildProcess child, boolean late) throws IOException {
        List<String> lines = child.log().lines();
        lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size())
                .forEach(line -> out.println("  " + child.node().id() + " | " + line));
        out.flush();
        ExitCode ended = late ? ExitCode.FAILED : ExitCode.of(child.process().exitValue());
        ExitCode code = ended == ExitCode.OK ? ExitCode.FAILED : ended;
        String reason = reason(child).orElse("see its log");
        return new NodeFailure(
                code,
                child.node().id() + (late ? " was not ready within " + START_SECONDS + " s" : " did not start") + ": "
                        + reason + " (" + child.log().file() + ")");
    }

    /** What a node that has ended says of it, where it says anything. */
    private static Optional<String> reason(ChildProcess child) {
        try {
            return child.log().lastWord();
        } catch (IOException e) {
            log.debug("The log of {} cannot be read", child.node().id(), e);
            return Optional.empty();
        }
    }

    /** Starts nodes again that end by themselves, until it is asked to stop. */
    private void watch() throws IOException, InterruptedException {
        while (!stopAsked.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            reviveAll();
        }
    }

    /** Starts those again whose time has come. */
    private void reviveAll() {
        for (int i = 0; i < children.size(); i++) {
            ChildProcess child = children.get(i);
            if (child.isAlive()) {
                continue;
            }
            NodePlan node = child.node();
            OptionalLong pause = restarts.ended(node);
            if (pause.isPresent()) {
                tell(node.id() + " ended with status " + child.process().exitValue() + "; starting it again in "
                        + pause.getAsLong() + " s"
                        + reason(child).map(why -> " (" + why + ")").orElse(""));
            }
            if (restarts.isDue(node)) {
                try {
                    children.set(i, start(node));
                } catch (IOException e) {
                    // The others are well; this one is tried again, as if it had ended at once.
                    tell(node.id() + " cannot be started: " + e.getMessage());
                }
            }
        }
    }

    private void stopAll() throws InterruptedException {
        out.println();
        for (int i = children.size() - 1; i >= 0; i--) {
            ChildProcess child = children.get(i);
            out.print("Stopping " + child.node().id());
            out.flush();
            out.println(
                    child.stop(STOP_SECONDS) ? "" : ": it did not stop within " + STOP_SECONDS + " s and was killed");
            out.flush();
        }
    }
}
