package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;

/**
 * Stops one node of this machine, whose supervisor starts it again, from the programs of whoever restarts it. Where these are others than before
 * and the node does not come up with them, it is started from the former ones again. Used by one thread.
 */
final class NodeRestart {
    private static final Logger log = LoggerFactory.getLogger(NodeRestart.class);
    private static final long STOP_SECONDS = 60;
    private static final long START_SECONDS = 180;
    private static final long POLL_MILLIS = 500;
    /** So often a node may end with programs that are new to it. */
    private static final int TRIES = 3;

    private final Instance instance;
    private final NodeProbe probe;
    private final NodePrograms programs;
    private final ProcessHandle supervisor;
    private final Path home;
    private final PrintWriter out;

    private NodeRestart(Instance instance, NodeProbe probe, ProcessHandle supervisor, Path home, PrintWriter out) {
        this.instance = instance;
        this.probe = probe;
        this.programs = new NodePrograms(instance);
        this.supervisor = supervisor;
        this.home = home;
        this.out = out;
    }

    /**
     * Of nodes of a cluster that runs here.
     *
     * @param home the programs that nodes are started from afterwards
     * @throws NodeFailure if nobody supervises the nodes of this machine, or somebody else's process does
     */
    static NodeRestart of(Instance instance, NodeProbe probe, Path home, PrintWriter out)
            throws IOException, NodeFailure {
        ProcessHandle supervisor = ProcessRecord.read(instance.supervisorRecord())
                .orElseThrow(() -> new NodeFailure(
                        ExitCode.FAILED,
                        "nothing was restarted: the nodes of this machine do not run under a supervisor that would start them again; see"
                                + " cluster start"));
        // What is written for the supervisor must be readable for it.
        requireOwner(instance.supervisorRecord());
        return new NodeRestart(instance, probe, supervisor, home, out);
    }

    /** Compares owners of files: a user may have no name. */
    private static void requireOwner(Path record) throws IOException, NodeFailure {
        UserPrincipal owner = Files.getOwner(record);
        UserPrincipal own;
        try {
            Path mine = Files.createTempFile(record.getParent(), "restart", ".new");
            own = Files.getOwner(mine);
            Files.delete(mine);
        } catch (AccessDeniedException e) {
            throw new NodeFailure(
                    ExitCode.FAILED,
                    "nothing was restarted: the nodes run as " + owner.getName() + "; run this as that user",
                    e);
        }
        if (!owner.equals(own)) {
            throw new NodeFailure(
                    ExitCode.FAILED,
                    "nothing was restarted: the nodes run as " + owner.getName() + ", not as " + own.getName()
                            + "; run this as that user");
        }
    }

    /** @throws NodeFailure if nothing would start a node again, or not from these programs */
    void require(NodePlan node) throws IOException, NodeFailure {
        var unused = process(node);
        var former = former(node);
    }

    private ProcessHandle process(NodePlan node) throws IOException, NodeFailure {
        return ProcessRecord.read(instance.processRecord(node))
                .orElseThrow(() -> new NodeFailure(ExitCode.FAILED, node.id() + " does not run"));
    }

    private Path former(NodePlan node) throws IOException, NodeFailure {
        return programs.read(node)
                .orElseThrow(() -> new NodeFailure(
                        ExitCode.FAILED,
                        "nothing was restarted: the supervisor of this machine is of a version that starts nodes from its own programs alone;"
                                + " stop the nodes of this machine, and start them from these programs"));
    }

    /** Names what is set in a node's programs and otherwise in these: what somebody edited there would be forgotten. */
    void tellWhatDiffers(List<NodePlan> nodes) throws IOException, NodeFailure {
        Set<String> told = new HashSet<>();
        for (NodePlan node : nodes) {
            Path former = former(node);
            for (String file : List.of("conf/jvm/" + node.role() + ".options", "conf/log4j2.xml")) {
                Path before = former.resolve(file);
                Path now = home.resolve(file);
                if (Files.exists(before)
                        && Files.exists(now)
                        && Files.mismatch(before, now) >= 0
                        && told.add(before.toString())) {
                    tell(now + " is not what " + before + " is: take over what you have edited");
                }
            }
        }
    }

    /** @throws NodeFailure if it does not stop, or does not come up again */
    void restart(NodePlan node) throws IOException, InterruptedException, NodeFailure {
        long begin = System.nanoTime();
        ProcessHandle process = process(node);
        Path former = former(node);
        NodeLog said = NodeLog.from(instance, node);
        boolean isUp = false;
        // Also where somebody ends this command meanwhile.
        Thread back = new Thread(() -> goBack(node, former), "former-programs");
        Runtime.getRuntime().addShutdownHook(back);
        programs.write(node, home);
        try {
            stop(node, process);
            Optional<String> failure = awaitUp(node, process.pid(), former.equals(home) ? Integer.MAX_VALUE : TRIES);
            if (failure.isPresent()) {
                String what = node.id() + " " + failure.get()
                        + said.lastWord().map(word -> " (" + word + ")").orElse("") + "; see " + instance.log(node);
                throw former.equals(home) ? new NodeFailure(ExitCode.FAILED, what) : startedFrom(former, node, what);
            }
            requireFromHere(node);
            isUp = true;
        } finally {
            if (!isUp) {
                programs.write(node, former);
            }
            forget(back);
        }
        tell(String.format(Locale.ROOT, "Ready: %s after %.1f s", node.id(), (System.nanoTime() - begin) / 1e9));
    }

    private void goBack(NodePlan node, Path former) {
        try {
            programs.write(node, former);
        } catch (IOException e) {
            tell(node.id() + " stays with the programs in " + home + ": " + e);
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            log.debug("The command is being ended", e);
        }
    }

    /** A supervisor of another version may know nothing of the record that one of this version has left. */
    private void requireFromHere(NodePlan node) throws IOException, NodeFailure {
        String mark = "-Dsteadfast.home=" + home;
        boolean isElsewhere = process(node)
                .info()
                .arguments()
                .filter(arguments -> !Arrays.asList(arguments).contains(mark))
                .isPresent();
        if (isElsewhere) {
            throw new NodeFailure(
                    ExitCode.FAILED,
                    node.id() + " was restarted, but not from " + home
                            + ": the supervisor of this machine starts nodes from its own programs alone; stop the nodes of this machine, and"
                            + " start them from these programs");
        }
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
            if (!supervisor.isAlive()) {
                throw new NodeFailure(
                        ExitCode.FAILED,
                        "the supervisor of this machine, process " + supervisor.pid() + ", has ended; " + node.id()
                                + " and the nodes after it are left alone");
            }
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

    /** What has become of a node that does not run with these programs, when it was started from the former ones. */
    private NodeFailure startedFrom(Path former, NodePlan node, String what)
            throws IOException, InterruptedException, NodeFailure {
        tell(what);
        programs.write(node, former);
        Optional<ProcessHandle> failed = ProcessRecord.read(instance.processRecord(node));
        if (failed.isPresent()) {
            stop(node, failed.get());
        }
        Optional<String> again = awaitUp(node, failed.map(ProcessHandle::pid).orElse(0L), Integer.MAX_VALUE);
        return new NodeFailure(
                ExitCode.FAILED,
                what + ". With the programs in " + home + " it does not run; it was started again from " + former
                        + again.map(why -> ", but " + why).orElse(" and is ready"));
    }

    private void tell(String line) {
        out.println(line);
        out.flush();
    }
}
