package org.steadfast.coordination.coordinator;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.server.PurgeTxnLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes old snapshots and logs at once and every hour. ZooKeeper's own purge is not used: it goes on after its server has been
 * closed, and makes the folders again that it does not find.
 */
final class HourlyPurge implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HourlyPurge.class);
    private static final long CLOSE_SECONDS = 10;

    private final ScheduledExecutorService timer;

    private HourlyPurge(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    static HourlyPurge start(Path dataFolder, Path transactionLogFolder, int snapshotsKept) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "purge");
            thread.setDaemon(true);
            return thread;
        });
        Runnable purge = () -> {
            try {
                PurgeTxnLog.purge(transactionLogFolder.toFile(), dataFolder.toFile(), snapshotsKept);
            } catch (IOException | RuntimeException e) {
                log.warn(
                        "LEFTOVERS_STAY: old snapshots in {} cannot be removed; it is tried again in an hour",
                        dataFolder,
                        e);
            }
        };
        var unused = timer.scheduleWithFixedDelay(purge, 0, 1, TimeUnit.HOURS);
        return new HourlyPurge(timer);
    }

    /** Ends it; a purge that is under way is waited for. */
    @Override
    public void close() {
        timer.shutdown();
        try {
            if (!timer.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                log.warn("STOP_INCOMPLETE: a purge is still under way after {} s", CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
