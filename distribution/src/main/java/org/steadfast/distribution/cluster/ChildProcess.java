package org.steadfast.distribution.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.steadfast.coordination.chassis.NodeProcess;

/** One node as a child of this process, in a session of its own, so that Ctrl-C reaches only us and we stop nodes in order. */
final class ChildProcess {
    private final NodePlan node;
    private final NodeLog log;

    private final Process process;

    private ChildProcess(NodePlan node, NodeLog log, Process process) {
        this.node = node;
        this.log = log;
        this.process = process;
    }

    static ChildProcess start(Instance instance, NodePlan node, Path home) throws IOException {
        List<String> command = new ArrayList<>();
        command.add("setsid");
        command.add(home.resolve("bin/steadfast").toString());
        command.add(node.role());
        command.add("--platform=" + instance.platform());
        command.add("--id=" + node.id());
        NodeLog log = NodeLog.begin(instance, node);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeAll(Passwords.VARIABLES);
        builder.environment()
                .put(
                        NodeProcess.SUPERVISOR_PID,
                        Long.toString(ProcessHandle.current().pid()));
        builder.environment().putAll(log.environment());
        builder.redirectInput(new File("/dev/null"));
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.beside().toFile()));
        Process process = builder.start();
        ProcessRecord.write(instance.processRecord(node), process.toHandle());
        return new ChildProcess(node, log, process);
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

    /** What it writes. */
    NodeLog log() {
        return log;
    }
}
