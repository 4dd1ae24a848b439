package org.steadfast.foundation.backup;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
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
import org.steadfast.persistence.backup.BackupManifest;
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
    private static final long PATIENCE_SECONDS = 2;

    private final Backups backups;
    private final BackupSettings settings;
    private final BooleanSupplier isHere;
    private final Clock clock;
    private final CronPlan plan;
    private final Counter made;
    private final Counter failed;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "backup"));
    /** Epoch milliseconds since when a backup has been due that is not there; 0 where none is. Written by the thread. */
    private volatile long dueMillis;
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
        Gauge.builder("steadfast.backup.overdue.seconds", this, ScheduledBackups::overdueSeconds)
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

    /** Also while one is being made: it may hang. */
    private double overdueSeconds() {
        long due = dueMillis;
        return due == 0 ? 0 : Math.max(0, clock.millis() - due) / 1e3;
    }

    /** Makes a backup where one is due. */
    void look() {
        if (!isHere.getAsBoolean()) {
            since = null;
            dueMillis = 0;
            newestMillis = 0;
            return;
        }
        Instant now = clock.instant();
        if (since == null) {
            since = now;
        }
        if (now.isBefore(pause)) {
            return;
        }
        try {
            if (isDue(now)) {
                make(now);
            }
        } catch (BackupException | StoreException | IOException | RuntimeException | Error e) {
            pause = now.plus(AFTER_FAILURE);
            if (dueMillis == 0) {
                // Whether one is due cannot be told, which somebody has to know.
                dueMillis = now.toEpochMilli();
            }
            if (!thread.isShutdown()) {
                failed.increment();
                log.warn(
                        "BACKUP_FAILED: there is no new backup, it is tried again in {} minutes",
                        AFTER_FAILURE.toMinutes(),
                        e);
            }
        }
    }

    private boolean isDue(Instant now) throws IOException {
        Optional<Instant> newest = backups.folder().newest(now);
        newestMillis = newest.map(Instant::toEpochMilli).orElse(0L);
        OptionalLong due = plan.next(newest.orElse(since).toEpochMilli());
        boolean isDue = due.isPresent() && due.getAsLong() < now.toEpochMilli();
        dueMillis = isDue ? due.getAsLong() : 0;
        return isDue;
    }

    private void make(Instant now) throws BackupException, StoreException, IOException {
        // Before: these may be what has taken the room.
        removeOld(now);
        long begin = System.nanoTime();
        Backups.Made backup = backups.makeThere(now, settings.files());
        made.increment();
        dueMillis = 0;
        newestMillis = now.toEpochMilli();
        log.info(
                "Backed up {} rows and {} files into {} in {} ms",
                backup.manifest().rows(),
                backup.manifest()
                        .files()
                        .map(BackupManifest.FilesContent::files)
                        .orElse(0L),
                backup.file(),
                (System.nanoTime() - begin) / 1_000_000);
        removeOld(now);
    }

    private void removeOld(Instant now) {
        try {
            for (Path old : backups.folder().keep(settings.keep(), now)) {
                log.info("Removed {}, which is beyond the {} backups to keep", old, settings.keep());
            }
            for (Path left : backups.folder().removeBrokenOff(now)) {
                log.info("Removed {}, which was broken off", left);
            }
        } catch (IOException e) {
            log.warn("BACKUPS_STAY: backups beyond the {} to keep could not be removed", settings.keep(), e);
        }
    }

    /** Breaks off what is under way: nobody waits for it, and another node makes it up. */
    @Override
    public void close() throws InterruptedException {
        thread.shutdownNow();
        thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
