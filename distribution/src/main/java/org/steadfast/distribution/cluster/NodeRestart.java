package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;

/**
 * Stops one node, whose supervisor starts it again, from the programs of whoever restarts it. Where these are others than before and the node
 * does not come up with them, it is started from the former ones again.
 */
final class NodeRestart {
    private static final long STOP_SECONDS = 60;
    private static final long START_SECONDS = 180;
    private static final long POLL_MILLIS = 500;
    /** So often a node may end with programs that are new to it. */
    private static final int TRIES = 3;

    private final Instance instance;
    private final NodeProbe probe;
    private final NodePrograms programs;
    private final Path home;
    private final PrintWriter out;

    /** @param home the programs that nodes are started from afterwards */
    NodeRestart(Instance instance, NodeProbe probe, Path home, PrintWriter out) {
        this.instance = instance;
        this.probe = probe;
        this.programs = new NodePrograms(instance);
        this.home = home;
        this.out = out;
    }

    /**
     * The process that runs a node.
     *
     * @throws NodeFailure if none does under a supervisor of this machine
     */
    ProcessHandle process(NodePlan node) throws IOException, NodeFailure {
        return ProcessRecord.read(instance.processRecord(node))
                .orElseThrow(() -> new NodeFailure(
                        ExitCode.FAILED,
                        node.id() + " does not run under a supervisor that would start it again; see cluster run"));
    }

    /** @throws NodeFailure if it does not stop, or does not come up again */
    void restart(NodePlan node) throws IOException, InterruptedException, NodeFailure {
        long begin = System.nanoTime();
        ProcessHandle process = process(node);
        Optional<Path> former = programs.read();
        // A supervisor that has written none down would not look.
        if (former.isPresent()) {
            programs.write(home);
        }
        stop(node, process);
        Optional<Path> other = former.filter(path -> !path.equals(home));
        Optional<String> failure = awaitUp(node, process.pid(), other.isPresent() ? TRIES : Integer.MAX_VALUE);
        if (failure.isPresent()) {
            if (other.isPresent()) {
                startFrom(other.get(), node, failure.get());
            }
            throw new NodeFailure(ExitCode.FAILED, node.id() + " " + failure.get() + "; see " + instance.log(node));
        }
        tell(String.format(Locale.ROOT, "Ready: %s after %.1f s", node.id(), (System.nanoTime() - begin) / 1e9));
    }

    private void stop(NodePlan node, ProcessHandle process) throws InterruptedException, NodeFailure {
        tell("Stopping " + node.id());
        process.destroy();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
        while (process.isAlive()) {
            if (System.nanoTime() > deadline) {
                throw new NodeFailure(
                        ExitCode.FAILED, node.id() + " did not stop within " + STOP_SECONDS + " s; it is left alone");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /**
     * @param former process that ran it; 0 where none did
     * @param tries so often it may end meanwhile
     * @return why it is not up; empty where it is
     */
    private Optional<String> awaitUp(NodePlan node, long former, int tries)
            throws IOException, InterruptedException, NodeFailure {
        Set<Long> seen = new HashSet<>(Set.of(former));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            // One that ends at once is seldom met alive.
            ProcessRecord.started(instance.processRecord(node)).ifPresent(seen::add);
            Optional<ProcessHandle> now =
                    ProcessRecord.read(instance.processRecord(node)).filter(process -> process.pid() != former);
            if (now.isPresent() && probe.isReady(node)) {
                return Optional.empty();
            }
            if (now.isEmpty() && seen.size() > tries) {
                return Optional.of("was started " + tries + " times and has ended each time");
            }
            if (System.nanoTime() > deadline) {
                return Optional.of("was not ready again within " + START_SECONDS + " s");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** @throws NodeFailure always: it tells what has become of the node */
    private void startFrom(Path former, NodePlan node, String failure)
            throws IOException, InterruptedException, NodeFailure {
        String what = node.id() + " " + failure + " with the programs in " + home + "; see " + instance.log(node);
        tell(what);
        programs.write(former);
        Optional<ProcessHandle> failed = ProcessRecord.read(instance.processRecord(node));
        if (failed.isPresent()) {
            stop(node, failed.get());
        }
        Optional<String> again = awaitUp(node, failed.map(ProcessHandle::pid).orElse(0L), Integer.MAX_VALUE);
        throw new NodeFailure(
                ExitCode.FAILED,
                what + ". It was started again from " + former
                        + again.map(why -> ", too, but " + why).orElse(" and is ready"));
    }

    private void tell(String line) {
        out.println(line);
        out.flush();
    }
}
