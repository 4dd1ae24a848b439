package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;

/**
 * Starts the nodes of a cluster in the order in which they need each other, starts one again that ends by itself, and stops them
 * in reverse order. Runs on the command's thread; the signal's thread asks it to stop and waits for the end.
 */
final class ClusterSupervisor {
    private static final long START_SECONDS = 120;
    private static final long STOP_SECONDS = 40;
    private static final long POLL_MILLIS = 200;
    private static final int LINES_SHOWN = 15;
    private static final long LONGEST_PAUSE_SECONDS = 30;
    /** A node that ran for so long counts as having been well; the pauses before it is started again begin anew. */
    private static final long STABLE_NANOS = TimeUnit.MINUTES.toNanos(2);

    private static final List<List<String>> STAGES = List.of(
            List.of(NodePlan.COORDINATOR, NodePlan.DATABASE),
            List.of(NodePlan.FOUNDATION_NODE),
            List.of(NodePlan.CONNECTION_SERVER));

    private static final Logger log = LoggerFactory.getLogger(ClusterSupervisor.class);

    private final Instance instance;
    private final Path home;
    private final PrintWriter out;
    private final NodeProbe probe;
    private final DeathNotices notices;
    /** Counted down by the signal's thread. */
    private final CountDownLatch stopAsked = new CountDownLatch(1);

    private final CountDownLatch ended = new CountDownLatch(1);
    /** In the order of their start; used by the command's thread. */
    private final List<ChildProcess> children = new ArrayList<>();

    ClusterSupervisor(Instance instance, Path home, DeathNotices notices, PrintWriter out) {
        this.instance = instance;
        this.home = home;
        this.out = out;
        this.probe = new NodeProbe(instance);
        this.notices = notices;
    }

    ExitCode run(String applicationKey) throws IOException, InterruptedException, NodeFailure {
        Thread hook = new Thread(this::askToStop, "stop-on-signal");
        Runtime.getRuntime().addShutdownHook(hook);
        long begin = System.nanoTime();
        boolean started = false;
        try {
            started = startAll();
            if (started) {
                notices.connect();
                new StatusTable(instance, out).print(children, applicationKey, System.nanoTime() - begin);
                watch();
            }
        } finally {
            stopAll();
            ended.countDown();
            forget(hook);
        }
        return started || stopAsked.getCount() == 0 ? ExitCode.OK : ExitCode.FAILED;
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
            List<ChildProcess> starting = new ArrayList<>();
            for (NodePlan node : instance.nodes()) {
                if (stage.contains(node.role())) {
                    ChildProcess child = start(node);
                    children.add(child);
                    starting.add(child);
                }
            }
            for (ChildProcess child : starting) {
                if (!awaitReady(child)) {
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
        out.println("Starting " + node.id() + " at " + node.address());
        out.flush();
        ChildProcess child = ChildProcess.start(instance, node, home);
        if (node.role().equals(NodePlan.FOUNDATION_NODE)) {
            notices.follow(child);
        }
        return child;
    }

    /** False where it was asked to stop meanwhile. */
    private boolean awaitReady(ChildProcess child) throws IOException, InterruptedException, NodeFailure {
        long begin = System.nanoTime();
        while (!probe.isReady(child.node())) {
            if (stopAsked.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                return false;
            }
            boolean late = System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(START_SECONDS);
            if (late || !child.isAlive()) {
                throw failed(child, late);
            }
        }
        out.println("Ready: " + child.node().id());
        out.flush();
        return true;
    }

    private NodeFailure failed(ChildProcess child, boolean late) throws IOException {
        List<String> lines = child.log();
        lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size())
                .forEach(line -> out.println("  " + child.node().id() + " | " + line));
        out.flush();
        ExitCode code = ExitCode.FAILED;
        if (!late) {
            for (ExitCode candidate : ExitCode.values()) {
                boolean isIt = candidate != ExitCode.OK
                        && candidate.code() == child.process().exitValue();
                code = isIt ? candidate : code;
            }
        }
        String reason = lines.stream()
                .filter(line -> line.startsWith("steadfast: "))
                .reduce((first, second) -> second)
                .map(line -> line.substring("steadfast: ".length()))
                .orElse("see its log");
        return new NodeFailure(
                code,
                child.node().id() + (late ? " was not ready within " + START_SECONDS + " s" : " did not start") + ": "
                        + reason + " (" + instance.log(child.node()) + ")");
    }

    /** Starts nodes again that end by themselves, later each time, until it is asked to stop. */
    private void watch() throws IOException, InterruptedException {
        Map<String, Integer> restarts = new HashMap<>();
        Map<String, Long> startedAt = new HashMap<>();
        Map<String, Long> startAt = new HashMap<>();
        while (!stopAsked.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            for (int i = 0; i < children.size(); i++) {
                ChildProcess child = children.get(i);
                if (child.isAlive()) {
                    continue;
                }
                String id = child.node().id();
                Long due = startAt.get(id);
                if (due == null) {
                    long ranNanos = System.nanoTime() - startedAt.getOrDefault(id, System.nanoTime() - STABLE_NANOS);
                    int count = ranNanos >= STABLE_NANOS ? 1 : restarts.getOrDefault(id, 0) + 1;
                    restarts.put(id, count);
                    long pause = Math.min(LONGEST_PAUSE_SECONDS, 1L << Math.min(count - 1, 10));
                    startAt.put(id, System.nanoTime() + TimeUnit.SECONDS.toNanos(pause));
                    out.println(id + " ended with status " + child.process().exitValue() + "; starting it again in "
                            + pause + " s");
                    out.flush();
                } else if (System.nanoTime() >= due) {
                    startAt.remove(id);
                    startedAt.put(id, System.nanoTime());
                    try {
                        children.set(i, start(child.node()));
                    } catch (IOException e) {
                        // The others are well; this one is tried again, as if it had ended at once.
                        out.println(id + " cannot be started: " + e.getMessage());
                        out.flush();
                    }
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
