package org.steadfast.persistence.embedded;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.embedded.EmbeddedPostgresException.Kind;

/** PostgreSQL's main process, as our child. Safe for use by several threads. */
final class Postmaster {
    private static final Logger LOG = LoggerFactory.getLogger(Postmaster.class);
    /** Long, for it includes recovery after a crash. */
    private static final Duration START_LIMIT = Duration.ofMinutes(10);

    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(10);
    private static final int POLL_MILLIS = 20;
    private static final int QUOTED_LINES = 5;

    private final DataArea area;
    private final Process process;
    private final OutputPump output;
    private volatile boolean stopping;

    private Postmaster(DataArea area, Process process) {
        this.area = area;
        this.process = process;
        ServerLog log = new ServerLog(area.logFile(), ServerLog.LIMIT_BYTES);
        output = OutputPump.start(process.getInputStream(), log, "postgres-log");
    }

    static Postmaster launch(DataArea area, PostgresBinaries binaries, ServerAccount account) throws IOException {
        // A session of its own, so that a Ctrl-C at our terminal does not reach it. setsid and setpriv become the
        // program that
        // they start, so the pid is the postmaster's.
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.addAll(account.command(List.of(
                binaries.program("postgres").toString(), "-D", area.folder().toString())));
        return new Postmaster(area, ProgramRun.start(command));
    }

    /** Waits until it takes connections. */
    void awaitReady() throws EmbeddedPostgresException, IOException, InterruptedException {
        long started = System.nanoTime();
        long reported = started;
        while (!isReady()) {
            if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                throw failed("ended with exit code " + process.exitValue());
            }
            long now = System.nanoTime();
            if (now - started > START_LIMIT.toNanos()) {
                throw failed("was not ready after " + START_LIMIT.toSeconds() + " s");
            }
            if (now - reported > REPORT_INTERVAL.toNanos()) {
                reported = now;
                LOG.info(
                        "PostgreSQL on {} starts since {} s: {}",
                        area.folder(),
                        TimeUnit.NANOSECONDS.toSeconds(now - started),
                        output.lastLines(1));
            }
        }
    }

    private boolean isReady() throws IOException {
        return PostmasterPidFile.read(area.postmasterPidFile())
                .filter(file -> file.pid() == process.pid() && file.ready())
                .isPresent();
    }

    private EmbeddedPostgresException failed(String how) throws InterruptedException {
        output.awaitEnd(Duration.ofSeconds(1));
        return new EmbeddedPostgresException(
                Kind.FAILED,
                "PostgreSQL on data folder " + area.folder() + " " + how + "; it said: "
                        + output.lastLines(QUOTED_LINES));
    }

    long pid() {
        return process.pid();
    }

    /** Completes with the exit code if the process ends without having been told to. */
    CompletableFuture<Integer> onExit() {
        return process.onExit()
                .thenCompose(ended ->
                        stopping ? new CompletableFuture<>() : CompletableFuture.completedFuture(ended.exitValue()));
    }

    /** Ends it: fast, and if that takes too long, at once. Does nothing if it has ended. */
    void stop() throws IOException {
        stopping = process.isAlive();
        if (!stopping || Shutdown.fast(process.toHandle())) {
            return;
        }
        LOG.warn("STOP_INCOMPLETE: PostgreSQL with pid {} did not shut down in time and is ended at once", pid());
        if (!Shutdown.immediate(process.toHandle())) {
            throw new IOException("PostgreSQL with pid " + pid() + " cannot be ended");
        }
    }
}
