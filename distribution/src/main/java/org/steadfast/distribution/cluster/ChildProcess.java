package org.steadfast.distribution.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.steadfast.coordination.chassis.NodeProcess;

/** One node as a child of this process, in a session of its own, so that Ctrl-C reaches only us and we stop nodes in order. */
final class ChildProcess {
    private static final int MOST_BYTES_READ = 64 << 10;

    private final NodePlan node;
    private final Path log;
    /** Where this process's part of the log begins; what stands before is from earlier ones. */
    private final long logStart;

    private final Process process;

    private ChildProcess(NodePlan node, Path log, long logStart, Process process) {
        this.node = node;
        this.log = log;
        this.logStart = logStart;
        this.process = process;
    }

    static ChildProcess start(Instance instance, NodePlan node, Path home) throws IOException {
        List<String> command = new ArrayList<>();
        command.add("setsid");
        command.add(home.resolve("bin/steadfast").toString());
        command.add(node.role());
        command.add("--platform=" + instance.platform());
        command.add("--id=" + node.id());
        Path log = instance.log(node);
        Files.createDirectories(instance.logs());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeAll(Passwords.VARIABLES);
        builder.environment()
                .put(
                        NodeProcess.SUPERVISOR_PID,
                        Long.toString(ProcessHandle.current().pid()));
        builder.redirectInput(new File("/dev/null"));
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        long logStart = Files.exists(log) ? Files.size(log) : 0;
        Process process = builder.start();
        ProcessRecord.write(instance.processRecord(node), process.toHandle());
        return new ChildProcess(node, log, logStart, process);
    }

    NodePlan node() {
        return node;
    }

    Process process() {
        return process;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Asks the node to stop and waits; kills it where it does not. True where it stopped by itself. */
    boolean stop(long timeoutSeconds) throws InterruptedException {
        process.destroy();
        if (process.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
            return true;
        }
        process.destroyForcibly();
        process.waitFor();
        return false;
    }

    /** What this process wrote into the node's log, or the end of it where that is much. */
    List<String> log() throws IOException {
        try (SeekableByteChannel file = Files.newByteChannel(log)) {
            file.position(Math.max(logStart, file.size() - MOST_BYTES_READ));
            byte[] bytes = Channels.newInputStream(file).readAllBytes();
            return new String(bytes, StandardCharsets.UTF_8).lines().toList();
        }
    }
}
