package org.steadfast.persistence.embedded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends PostgreSQL processes by the signals that PostgreSQL knows. Bounded in time, and an interrupt does not cut it
 * short.
 */
final class Shutdown {
    private static final Duration FAST_LIMIT = Duration.ofSeconds(30);
    private static final Duration IMMEDIATE_LIMIT = Duration.ofSeconds(10);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);
    private static final Duration SIGNAL_LIMIT = Duration.ofSeconds(5);

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private Shutdown() {}

    /**
     * Lets a postmaster roll back what is under way, write a checkpoint and end.
     *
     * @return whether it ended in time
     */
    static boolean fast(ProcessHandle postmaster) throws IOException {
        return send("INT", List.of(postmaster), FAST_LIMIT);
    }

    /**
     * Ends a postmaster with its children at once; the next start recovers from the log.
     *
     * @return whether it ended in time
     */
    static boolean immediate(ProcessHandle postmaster) throws IOException {
        return send("QUIT", List.of(postmaster), IMMEDIATE_LIMIT) || kill(List.of(postmaster));
    }

    /**
     * Ends processes that heed nothing else, or that have lost their postmaster. No harm to the data: as after a power
     * cut, the next start recovers from the log.
     *
     * @return whether they ended in time
     */
    static boolean kill(Collection<ProcessHandle> processes) throws IOException {
        return send("KILL", processes, KILL_LIMIT);
    }

    /** Java itself sends no signals but TERM, which makes PostgreSQL wait for its clients, and KILL. */
    private static boolean send(String signal, Collection<ProcessHandle> processes, Duration limit) throws IOException {
        for (ProcessHandle process : processes) {
            if (process.isAlive()) {
                List<String> command =
                        List.of("sh", "-c", "kill -s \"$1\" \"$2\"", "sh", signal, Long.toString(process.pid()));
                Process kill = ProgramRun.start(command);
                awaitEnd(List.of(kill.toHandle()), SIGNAL_LIMIT);
            }
        }
        return awaitEnd(processes, limit);
    }

    private static boolean awaitEnd(Collection<ProcessHandle> processes, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        try {
            for (ProcessHandle process : processes) {
                while (!hasEnded(process)) {
                    if (System.nanoTime() - deadline > 0) {
                        return false;
                    }
                    LockSupport.parkNanos(POLL_NANOS);
                    interrupted |= Thread.interrupted();
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * A process that has ended but that its parent has not asked about counts as ended: in a container nobody may ever
     * ask, once the launcher that was the parent is dead. Java takes such a process for alive.
     */
    static boolean hasEnded(ProcessHandle process) throws IOException {
        if (!process.isAlive()) {
            return true;
        }
        try {
            String status = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"), ISO_8859_1);
            return status.charAt(status.lastIndexOf(')') + 2) == 'Z';
        } catch (IOException e) {
            if (!process.isAlive()) {
                return true;
            }
            throw e;
        }
    }
}
