package org.steadfast.distribution.cluster;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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
    public Integer call() throws Exception {
        Instance instance = option.read();
        // Before anything is started: whether there is something to start.
        var unused = Machine.here().nodesOf(instance);
        PrintWriter out = spec.commandLine().getOut();
        Optional<ProcessHandle> running = ProcessRecord.read(instance.supervisorRecord());
        if (running.isPresent()) {
            out.println("The cluster in " + instance.folder() + " runs already");
        }
        if (running.isEmpty()) {
            NodeLog.bound(instance.supervisorLog());
        }
        GrowingFile log = new GrowingFile(instance.supervisorLog());
        Optional<Process> started = running.isPresent() ? Optional.empty() : Optional.of(start(instance));
        ProcessHandle supervisor = started.map(Process::toHandle).orElseGet(running::orElseThrow);
        awaitUp(instance, supervisor, () -> end(started), log, out);
        out.println("cluster key prints the application key, cluster stop stops it");
        out.flush();
        return ExitCode.OK.code();
    }

    private Process start(Instance instance) throws IOException {
        Files.createDirectories(instance.logs());
        // One that was killed has left it.
        Files.deleteIfExists(instance.supervisorUp());
        ProcessBuilder builder = new ProcessBuilder(
                        "setsid",
                        home.resolve("bin/steadfast").toString(),
                        "cluster",
                        "run",
                        "--service",
                        "--instance=" + instance.folder())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        instance.supervisorLog().toFile()));
        builder.environment().keySet().removeAll(Passwords.VARIABLES);
        Process supervisor = builder.start();
        // It does so itself, but not before a stop could come that must find it.
        ProcessRecord.write(instance.supervisorRecord(), supervisor.toHandle());
        return supervisor;
    }

    /** How the supervisor ended, where that can be known; never well: somebody has stopped it then. */
    private static ExitCode end(Optional<Process> started) {
        return started.map(process -> ExitCode.of(process.exitValue()))
                .filter(code -> code != ExitCode.OK)
                .orElse(ExitCode.FAILED);
    }

    private void awaitUp(
            Instance instance, ProcessHandle supervisor, Supplier<ExitCode> end, GrowingFile log, PrintWriter out)
            throws IOException, InterruptedException, NodeFailure {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
        while (!Files.exists(instance.supervisorUp())) {
            boolean hasEnded = !supervisor.isAlive();
            log.printNew(out);
            if (hasEnded) {
                throw new NodeFailure(end.get(), "the nodes did not start; see " + instance.supervisorLog());
            }
            if (System.nanoTime() > deadline) {
                throw new NodeFailure(
                        ExitCode.FAILED,
                        "not all nodes were ready within " + timeoutSeconds + " s; they go on trying, see "
                                + instance.supervisorLog() + " and cluster status");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        log.printNew(out);
    }
}
