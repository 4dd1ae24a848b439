package org.steadfast.coordination.chassis;

import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.settings.InvalidSettingsException;

/**
 * Runs a node as a process of its own: starts it, waits until it is asked to stop (SIGTERM, SIGINT, the end of its supervisor, or
 * its own decision), stops it in order, and tells by exit status and one line on stderr how it ended.
 */
public final class NodeProcess {
    /** Environment variable with the process id of a supervisor; the node stops by itself when that process is gone. */
    public static final String SUPERVISOR_PID = "STEADFAST_SUPERVISOR_PID";

    private static final Logger log = LoggerFactory.getLogger(NodeProcess.class);

    private final PrintStream errors;
    private final Runnable endLogging;
    private final Lifecycle lifecycle = new Lifecycle();
    private final AtomicReference<ExitCode> outcome = new AtomicReference<>(ExitCode.OK);

    /** @param endLogging writes out what the log still holds; called last */
    public NodeProcess(PrintStream errors, Runnable endLogging) {
        this.errors = errors;
        this.endLogging = endLogging;
    }

    /** Starts a node; each thing started is handed to the lifecycle before the next is. */
    @FunctionalInterface
    public interface Start {
        void start(Lifecycle lifecycle, StopRequest stopRequest) throws Exception;
    }

    /** How a running node asks for its own end. */
    @FunctionalInterface
    public interface StopRequest {
        /** Returns at once; the node stops in order and exits with this code. */
        void stop(ExitCode code);
    }

    /** Starts the node and blocks until it has stopped. */
    public ExitCode run(Start start) {
        Thread hook = new Thread(this::stopOnSignal, "stop-on-signal");
        Runtime.getRuntime().addShutdownHook(hook);
        watchSupervisor();
        try {
            start.start(lifecycle, this::requestStop);
        } catch (Exception e) {
            report(e);
            lifecycle.stop();
        }
        awaitStopped();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            log.debug("The virtual machine is shutting down already", e);
        }
        return outcome.get();
    }

    private void requestStop(ExitCode code) {
        outcome.compareAndSet(ExitCode.OK, code);
        Thread stopper = new Thread(lifecycle::stop, "stop");
        stopper.start();
    }

    private void stopOnSignal() {
        log.info("Asked to stop");
        lifecycle.stop();
        endLogging.run();
        // The status of a signal's death would tell a supervisor that something failed.
        Runtime.getRuntime().halt(outcome.get().code());
    }

    private void watchSupervisor() {
        String pid = System.getenv(SUPERVISOR_PID);
        if (pid == null) {
            return;
        }
        Optional<ProcessHandle> supervisor = ProcessHandle.of(Long.parseLong(pid));
        if (supervisor.isEmpty()) {
            requestStop(ExitCode.OK);
            return;
        }
        var unused = supervisor.get().onExit().thenRun(() -> {
            log.warn("The supervisor {} is gone; stopping", pid);
            requestStop(ExitCode.OK);
        });
    }

    private void report(Exception failure) {
        if (failure instanceof InvalidSettingsException invalid) {
            outcome.set(ExitCode.SETTINGS_INVALID);
            errors.println(
                    "steadfast: " + invalid.problems().size() + " problem(s) in the settings, nothing was started");
            invalid.problems().forEach(problem -> errors.println("  " + problem));
        } else if (failure instanceof NodeFailure node) {
            outcome.set(node.exitCode());
            errors.println("steadfast: " + node.getMessage());
            log.error("Cannot start: {}", node.getMessage(), node.getCause());
        } else {
            outcome.set(ExitCode.FAILED);
            errors.println("steadfast: " + failure);
            log.error("Cannot start", failure);
        }
    }

    private void awaitStopped() {
        try {
            lifecycle.awaitStopped();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            lifecycle.stop();
        }
    }
}
