package org.steadfast.distribution.cluster;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts what {@code cluster run} runs in the background, and returns when it is up. */
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description =
                "Starts the nodes of a cluster that are on this machine in the background, and waits until they are ready. Exit status"
                        + " 0: they are, or were already; else they are not, and the last lines tell why.")
final class ClusterStartCommand implements Callable<Integer> {
    private static final long POLL_MILLIS = 200;

    @Mixin
    private InstanceOption option;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "180",
            description =
                    "How long to wait. Nodes that are not ready by then go on trying; see cluster status. Default: ${DEFAULT-VALUE}.")
    private int timeoutSeconds;

    @Option(
            names = "--home",
            hidden = true,
            defaultValue = "${sys:steadfast.home}",
            description = "Folder of the distribution; the scripts set it.")
    private Path home;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            Instance instance = option.read();
            List<NodePlan> nodes = Machine.here().nodesOf(instance);
            PrintWriter out = spec.commandLine().getOut();
            if (ProcessRecord.read(instance.supervisorRecord()).isPresent()) {
                out.println("The cluster in " + instance.folder() + " runs already");
                return ExitCode.OK.code();
            }
            return start(instance, nodes, out).code();
        } catch (NodeFailure e) {
            spec.commandLine().getErr().println("steadfast: " + e.getMessage());
            return e.exitCode().code();
        }
    }

    private ExitCode start(Instance instance, List<NodePlan> nodes, PrintWriter out)
            throws IOException, InterruptedException, NodeFailure {
        long begin = System.nanoTime();
        Files.createDirectories(instance.logs());
        // One that was killed has left it.
        Files.deleteIfExists(instance.supervisorUp());
        GrowingFile log = new GrowingFile(instance.supervisorLog());
        Process supervisor = new ProcessBuilder(
                        "setsid",
                        home.resolve("bin/steadfast").toString(),
                        "cluster",
                        "run",
                        "--service",
                        "--instance=" + instance.folder())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        instance.supervisorLog().toFile()))
                .start();
        while (supervisor.isAlive() && !Files.exists(instance.supervisorUp())) {
            if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(timeoutSeconds)) {
                log.printNew(out);
                throw new NodeFailure(
                        ExitCode.FAILED,
                        "not all nodes were ready within " + timeoutSeconds + " s; they go on trying, see "
                                + instance.supervisorLog() + " and cluster status");
            }
            log.printNew(out);
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        log.printNew(out);
        if (!supervisor.isAlive()) {
            throw new NodeFailure(
                    ExitCode.of(supervisor.exitValue()), "the nodes did not start; see " + instance.supervisorLog());
        }
        new StatusTable(instance, out)
                .print(
                        nodes,
                        instance.applicationKey(),
                        System.nanoTime() - begin,
                        "bin/cluster stop stops it; the next start finds the data again.");
        return ExitCode.OK;
    }
}
