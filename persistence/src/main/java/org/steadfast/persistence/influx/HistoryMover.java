package org.steadfast.persistence.influx;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.store.StoreException;

/** Moves history to InfluxDB as it comes, with one thread; each node has one, and they share the work. */
public final class HistoryMover implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HistoryMover.class);
    private static final int AT_ONCE = 5_000;
    /** Where so few came, more are waited for: a batch has costs of its own. */
    private static final int FEW = 1_000;

    private static final long GATHERING_MILLIS = 200;
    private static final long RETRY_MILLIS = 1_000;
    private static final long CLOSE_SECONDS = 15;
    private static final long COUNTED_EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long MOST_COUNTED = 1_000_000;

    /** Hears what becomes of the work; called by the mover's thread alone. */
    public interface Listener {
        /** Entries were moved; none where none waited. */
        void moved(int entries);

        /** An attempt failed; there will be another one. */
        void failed();

        /** How many entries wait, 1,000,000 where they are more; told every few seconds while the database answers. */
        void waiting(long entries);
    }

    private final InfluxHistoryStore store;
    private final Listener listener;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "history-mover");
        thread.setDaemon(true);
        return thread;
    });
    /** Why the last attempt failed; empty where it did not. Used by the executor's thread. */
    private String failure = "";

    /** By {@link System#nanoTime()}; used by the same thread. */
    private long counted = System.nanoTime() - COUNTED_EVERY_NANOS;

    private HistoryMover(InfluxHistoryStore store, Listener listener) {
        this.store = store;
        this.listener = listener;
    }

    public static HistoryMover start(InfluxHistoryStore store, Listener listener) {
        HistoryMover mover = new HistoryMover(store, listener);
        mover.executor.execute(mover::run);
        return mover;
    }

    private void run() {
        try {
            long pause = 0;
            while (!closed.await(pause, TimeUnit.MILLISECONDS)) {
                pause = attempt();
            }
        } catch (InterruptedException e) {
            // Closing has waited long enough; whatever is under way is moved again by others.
            Thread.currentThread().interrupt();
        }
    }

    /** @return after how many milliseconds there is something to do */
    private long attempt() {
        long pause = RETRY_MILLIS;
        try {
            pause = move();
            if (!failure.isEmpty()) {
                log.info("History goes to InfluxDB again");
                failure = "";
            }
        } catch (StoreException e) {
            if (!failure.equals(e.getMessage())) {
                log.warn(
                        "HISTORY_WAITS: history cannot be moved to InfluxDB and waits in PostgreSQL: {}; trying on",
                        e.getMessage());
                failure = e.getMessage();
            }
            listener.failed();
        } catch (RuntimeException e) {
            log.error("HISTORY_WAITS: a defect keeps history from being moved to InfluxDB; it waits in PostgreSQL", e);
            listener.failed();
        }
        count();
        return pause;
    }

    private long move() throws StoreException {
        if (!failure.isEmpty()) {
            // Before anything is taken in hands, which costs the database something.
            store.ping();
        }
        int moved = store.move(AT_ONCE);
        listener.moved(moved);
        return moved < FEW ? GATHERING_MILLIS : 0;
    }

    private void count() {
        if (System.nanoTime() - counted < COUNTED_EVERY_NANOS) {
            return;
        }
        counted = System.nanoTime();
        try {
            listener.waiting(store.waiting(MOST_COUNTED));
        } catch (StoreException | RuntimeException e) {
            // Moving has said so.
            log.debug("Counting the history that waits", e);
        }
    }

    /** Ends after the batch that is under way. */
    @Override
    public void close() throws InterruptedException {
        closed.countDown();
        executor.shutdown();
        if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
            executor.shutdownNow();
        }
    }
}
