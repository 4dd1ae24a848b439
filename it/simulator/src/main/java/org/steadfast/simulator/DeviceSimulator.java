package org.steadfast.simulator;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The program {@code device-simulator}; see {@link DeviceSimulatorCommand}. */
public final class DeviceSimulator {
    private static final long LONGEST_STOP_SECONDS = 60;

    private DeviceSimulator() {}

    /** Runs the command and ends the JVM with its status. Ctrl-C stops sending; the report still comes, and the status. */
    public static void main(String[] args) {
        StopSignal stop = new StopSignal();
        CountDownLatch finished = new CountDownLatch(1);
        AtomicInteger status = new AtomicInteger(ExitStatus.ERRORS.code());
        Thread hook = new Thread(() -> stop(stop, finished, status), "simulator-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        status.set(DeviceSimulatorCommand.commandLine(stop, System.getenv()).execute(args));
        finished.countDown();
        System.exit(status.get());
    }

    private static void stop(StopSignal stop, CountDownLatch finished, AtomicInteger status) {
        if (finished.getCount() == 0) {
            return;
        }
        stop.stop();
        try {
            if (finished.await(LONGEST_STOP_SECONDS, TimeUnit.SECONDS)) {
                // A JVM that a signal ends has the signal's status unless it is halted with another.
                Runtime.getRuntime().halt(status.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
