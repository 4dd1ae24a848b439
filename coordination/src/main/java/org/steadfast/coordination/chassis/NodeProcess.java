package org.steadfast.coordination.chassis;

import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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

    private static final long FENCED_STOP_SECONDS = 5;
    private static final Logger log = LoggerFactory.getLogger(NodeProcess.class);

    private final PrintStream errors;
    private final Runnable endLogging;
    private final Lifecycle lifecycle = new Lifecycle();
    private final AtomicReference<ExitCode> outcome = new AtomicReference<>(ExitCode.OK);
    /** Set by whoever asks for the end; what fails in the start after that is only its consequence. */
    private volatile boolean stopAsked;

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
        try {
            watchSupervisor();
            start.start(lifecycle, this::requestStop);
        } catch (Throwable e) {
            // Errors too: a node that has started halfway must not stay.
            if (stopAsked) {
                log.info("The start ended early because the node was asked to stop: {}", e.toString());
            } else {
                report(e);
            }
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
        stopAsked = true;
        outcome.compareAndSet(ExitCode.OK, code);
        if (code == ExitCode.FENCED) {
            haltAfterPatience();
        }
        Thread stopper = new Thread(lifecycle::stop, "stop");
        stopper.start();
    }

    /** A node that must not go on ends even where a step of its orderly stop hangs, as it may without a cluster. */
    private void haltAfterPatience() {
        Thread halt = new Thread(
                () -> {
                    if (lifecycle.awaitStopped(FENCED_STOP_SECONDS, TimeUnit.SECONDS)) {
                        return;
                    }
                    log.error("STOP_INCOMPLETE: the stop did not end within {} s; halting", FENCED_STOP_SECONDS);
                    endLogging.run();
                    Runtime.getRuntime().halt(ExitCode.FENCED.code());
                },
                "halt");
        halt.setDaemon(true);
        halt.start();
    }

    private void stopOnSignal() {
        stopAsked = true;
        log.info("Asked to stop");
        lifecycle.stop();
        endLogging.run();
        // The status of a signal's death would tell a supervisor that something failed.
        Runtime.getRuntime().halt(outcome.get().code());
    }

    private void watchSupervisor() throws NodeFailure {
        String pid = System.getenv(SUPERVISOR_PID);
        if (pid == null) {
            return;
        }
        if (!pid.matches("\\d{1,18}")) {
            throw new NodeFailure(ExitCode.FAILED, SUPERVISOR_PID + " must be a process id, not " + pid);
        }
        Optional<ProcessHandle> supervisor = ProcessHandle.of(Long.parseLong(pid));
        if (supervisor.isEmpty()) {
            requestStop(ExitCode.OK);
            return;
        }
        var unused = supervisor.get().onExit().thenRun(() -> {
            log.warn("SUPERVISOR_GONE: the supervisor {} is gone; stopping", pid);
            requestStop(ExitCode.OK);
        });
    }

    /** The log comes first, so that the line that names the cause stands last, where a supervisor shows it. */
    private void report(Throwable failure) {
        if (failure instanceof InvalidSettingsException invalid) {
            outcome.set(ExitCode.SETTINGS_INVALID);
            errors.println(
                    "steadfast: " + invalid.problems().size() + " problem(s) in the settings, nothing was started");
            invalid.problems().forEach(problem -> errors.println("  " + problem));
        } else if (failure instanceof NodeFailure node) {
            outcome.set(node.exitCode());
            log.error("START_FAILED: cannot start", node);
            errors.println("steadfast: " + node.getMessage());
        } else {
            outcome.set(ExitCode.FAILED);
            log.error("START_FAILED: cannot start", failure);
            errors.println("steadfast: " + failure);
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
