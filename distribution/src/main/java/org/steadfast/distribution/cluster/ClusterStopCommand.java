package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.FolderLock;
import org.steadfast.coordination.chassis.NodeFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Stops what {@code cluster start} or {@code cluster run} has started on this machine. */
@Command(
        name = "stop",
        mixinStandardHelpOptions = true,
        description =
                "Stops the nodes of a cluster that are on this machine, and waits until they have ended. Exit status 0: none of them"
                        + " runs any more.")
final class ClusterStopCommand implements Callable<Integer> {
    private static final long POLL_MILLIS = 200;

    @Mixin
    private InstanceOption option;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "How long to wait. Nodes that still stop by then are left alone. Default: ${DEFAULT-VALUE}.")
    private int timeoutSeconds;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        stop(option.read(), spec.commandLine().getOut());
        return ExitCode.OK.code();
    }

    private void stop(Instance instance, PrintWriter out) throws IOException, InterruptedException, NodeFailure {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
        Optional<ProcessHandle> supervisor = ProcessRecord.read(instance.supervisorRecord());
        if (supervisor.isPresent()) {
            GrowingFile log = new GrowingFile(instance.supervisorLog());
            if (!supervisor.get().destroy() && supervisor.get().isAlive()) {
                throw new NodeFailure(
                        ExitCode.FAILED,
                        System.getProperty("user.name") + " may not stop process "
                                + supervisor.get().pid() + "; be the user who has started the cluster");
            }
            while (supervisor.get().isAlive()) {
                log.printNew(out);
                if (System.nanoTime() > deadline) {
                    throw new NodeFailure(
                            ExitCode.FAILED,
                            "not all nodes had ended within " + timeoutSeconds
                                    + " s; they go on stopping, see cluster status");
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
            log.printNew(out);
        } else if (Files.exists(instance.localFolder())) {
            // One that starts now and has not written down yet that it does has this already: it must not be taken for
            // none.
            FolderLock.take(instance.localFolder()).close();
        }
        // Nodes whose supervisor was killed stop by themselves, soon but not at once.
        List<String> living = awaitEnd(instance, deadline);
        if (!living.isEmpty()) {
            throw new NodeFailure(ExitCode.FAILED, "these still run: " + String.join(", ", living));
        }
        out.println(supervisor.isPresent() ? "Stopped" : "No node of the cluster ran on this machine");
        out.flush();
    }

    private static List<String> awaitEnd(Instance instance, long deadline) throws IOException, InterruptedException {
        while (true) {
            List<String> living = new ArrayList<>();
            for (NodePlan node : instance.nodes()) {
                ProcessRecord.read(instance.processRecord(node))
                        .ifPresent(process -> living.add(node.id() + " (process " + process.pid() + ")"));
            }
            if (living.isEmpty() || System.nanoTime() > deadline) {
                return living;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }
}
