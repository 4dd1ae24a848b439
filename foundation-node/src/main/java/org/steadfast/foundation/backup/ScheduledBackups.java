package org.steadfast.foundation.backup;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.schedule.CronPlan;
import org.steadfast.persistence.backup.BackupException;
import org.steadfast.persistence.store.StoreException;

/**
 * Makes backups at the times that settings say, on the node that is the singleton. Whether one is due is told by the newest one that is there, so
 * that what a node could not do another makes up for, and nothing has to be remembered. That two nodes make one at the same time, because the
 * role goes from one to the other meanwhile, does no harm. Safe for use by several threads.
 */
public final class ScheduledBackups implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ScheduledBackups.class);
    private static final long LOOK_SECONDS = 15;
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(10);
    private static final long PATIENCE_SECONDS = 5;

    private final Backups backups;
    private final BackupSettings settings;
    private final BooleanSupplier isHere;
    private final Clock clock;
    private final CronPlan plan;
    private final Counter made;
    private final Counter failed;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "backup"));
    /** For how long a backup has been due, in milliseconds; written by the thread. */
    private volatile long overdueMillis;
    /** Epoch milliseconds of the newest backup; 0 where there is none or another node looks after them. Written by the thread. */
    private volatile long newestMillis;
    /** Since when this node looks after backups; null while another one does. Used by the thread alone. */
    private Instant since;
    /** Not before that one is tried again. Used by the thread alone. */
    private Instant pause = Instant.MIN;

    /** @param isHere whether this node is the singleton now */
    public ScheduledBackups(
            Backups backups, BackupSettings settings, BooleanSupplier isHere, MeterRegistry registry, Clock clock) {
        this.backups = backups;
        this.settings = settings;
        this.isHere = isHere;
        this.clock = clock;
        this.plan = settings.plan();
        this.made = runs(registry, "made");
        this.failed = runs(registry, "failed");
        Gauge.builder("steadfast.backup.overdue.seconds", this, of -> of.overdueMillis / 1e3)
                .description(
                        "For how long a backup has been due that is not there; 0 on nodes that are not the singleton")
                .register(registry);
        Gauge.builder("steadfast.backup.newest.seconds", this, of -> of.newestMillis / 1e3)
                .description(
                        "When the newest backup was made, in seconds since 1970; 0 on nodes that are not the singleton")
                .register(registry);
    }

    private static Counter runs(MeterRegistry registry, String outcome) {
        return Counter.builder("steadfast.backup.runs")
                .description("Backups that this node has begun by itself, by outcome")
                .tag("outcome", outcome)
                .register(registry);
    }

    /** Looks from now on whether one is due. */
    public void start() {
        if (settings.enabled()) {
            var unused = thread.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Makes a backup where one is due. */
    void look() {
        if (!isHere.getAsBoolean()) {
            since = null;
            overdueMillis = 0;
            newestMillis = 0;
            return;
        }
        Instant now = clock.instant();
        if (since == null) {
            since = now;
        }
        try {
            Optional<Instant> newest = backups.folder().newest();
            newestMillis = newest.map(Instant::toEpochMilli).orElse(0L);
            OptionalLong due = plan.next(newest.orElse(since).toEpochMilli());
            overdueMillis = due.isEmpty() ? 0 : Math.max(0, now.toEpochMilli() - due.getAsLong());
            if (overdueMillis > 0 && !now.isBefore(pause)) {
                make(now);
            }
        } catch (BackupException | StoreException | IOException | RuntimeException | Error e) {
            pause = now.plus(AFTER_FAILURE);
            if (!thread.isShutdown()) {
                failed.increment();
                log.warn(
                        "BACKUP_FAILED: there is no new backup, it is tried again in {} minutes",
                        AFTER_FAILURE.toMinutes(),
                        e);
            }
        }
    }

    private void make(Instant now) throws BackupException, StoreException, IOException {
        long begin = System.nanoTime();
        Path file = backups.makeThere(now, settings.files()).file();
        made.increment();
        overdueMillis = 0;
        newestMillis = now.toEpochMilli();
        log.info(
                "Backed up into {}, {} kB, in {} ms",
                file,
                Files.size(file) / 1024,
                (System.nanoTime() - begin) / 1_000_000);
        for (Path old : backups.folder().keep(settings.keep(), file)) {
            log.info("Removed {}, which is beyond the {} backups to keep", old, settings.keep());
        }
        for (Path left : backups.folder().removeBrokenOff(now)) {
            log.info("Removed {}, which was broken off", left);
        }
    }

    /** Breaks off what is under way: nobody waits for it, and another node makes it up. */
    @Override
    public void close() throws InterruptedException {
        thread.shutdownNow();
        thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
