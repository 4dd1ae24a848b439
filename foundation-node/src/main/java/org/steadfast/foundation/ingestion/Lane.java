package org.steadfast.foundation.ingestion;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredValue;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.persistence.store.WriterLane;

/**
 * One thread that turns waiting updates into batches: write and commit, then publish, then acknowledge. While a batch is being
 * published the next one is written. What was waiting when the thread became free makes the next batch; nothing waits for more.
 */
final class Lane {
    private static final Logger log = LoggerFactory.getLogger(Lane.class);
    private static final long IDLE_MILLIS = 100;
    private static final long FIRST_RETRY_MILLIS = 50;
    private static final long LONGEST_RETRY_MILLIS = 1_000;

    private final int number;
    private final WriterLane writer;
    private final Publisher publisher;
    private final IngestionSettings settings;
    private final IngestionMetrics metrics;
    private final Consumer<String> onFenced;
    private final Thread thread;
    /** Filled by request threads, emptied by the lane's thread; bounded, and guards itself. */
    private final BlockingQueue<Update> waiting;
    /** Taken by the lane's thread for each committed batch, given back when that is published. */
    private final Semaphore publishing;

    private final AtomicBoolean draining = new AtomicBoolean();
    /** Keys of batches whose outcome is not known; used by the lane's thread alone. */
    private final TreeSet<PropertyKey> unsettled = new TreeSet<>();
    /** An update that did not fit into the last batch; used by the lane's thread alone. */
    private Update carried;

    Lane(
            int number,
            WriterLane writer,
            Publisher publisher,
            IngestionSettings settings,
            IngestionMetrics metrics,
            Consumer<String> onFenced) {
        this.number = number;
        this.writer = writer;
        this.publisher = publisher;
        this.settings = settings;
        this.metrics = metrics;
        this.onFenced = onFenced;
        this.waiting = new ArrayBlockingQueue<>(settings.mostWaitingUpdates());
        this.publishing = new Semaphore(settings.publishingBatches());
        this.thread = new Thread(this::run, "lane-" + number);
        metrics.gaugeWaiting(number, waiting);
    }

    void start() {
        thread.start();
    }

    void submit(Update update) {
        if (draining.get()) {
            update.refuse("the node is stopping", true);
        } else if (!waiting.offer(update)) {
            metrics.overloaded.increment();
            update.refuse("too many updates are waiting", true);
        }
    }

    /** Takes nothing new, writes what waits, and returns when all of it is published or the time is over. */
    void drain(long timeoutMillis) throws InterruptedException {
        draining.set(true);
        thread.join(timeoutMillis);
        if (thread.isAlive()) {
            log.warn("Lane {} still had {} updates waiting when its time to drain was over", number, waiting.size());
            thread.interrupt();
            thread.join(timeoutMillis);
        }
    }

    private void run() {
        try {
            while (true) {
                Batch batch = collect();
                if (batch.isEmpty()) {
                    if (draining.get()) {
                        break;
                    }
                } else {
                    write(batch);
                }
            }
            publishing.acquire(settings.publishingBatches());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            writer.close();
            refuseAll("the node has stopped");
        }
    }

    private Batch collect() throws InterruptedException {
        Batch batch = new Batch(settings.mostValuesPerBatch());
        long now = System.nanoTime();
        Update next = carried != null ? carried : waiting.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
        carried = null;
        while (next != null) {
            if (next.isExpired(now)) {
                metrics.unavailable.increment();
                next.refuse(
                        "the update waited longer than "
                                + settings.writeDeadline().toMillis() + " ms",
                        true);
            } else if (!batch.add(next)) {
                carried = next;
                return batch;
            }
            next = waiting.poll();
        }
        return batch;
    }

    private void write(Batch batch) throws InterruptedException {
        List<ValueWrite> writes = batch.writes();
        if (!reconnect(batch)) {
            return;
        }
        List<StoredValue> stored;
        long start = System.nanoTime();
        try {
            stored = writer.write(writes);
        } catch (StoreException e) {
            failed(batch, writes, e);
            return;
        }
        metrics.commit.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        metrics.batchValues.record(writes.size());
        var unused = publish(stored).whenComplete((done, failure) -> {
            if (failure == null) {
                metrics.acknowledged.increment(writes.size());
                batch.updates().forEach(update -> update.acknowledged().complete(null));
            } else {
                refuse(batch, "the values are stored, but shared state cannot be reached", false);
            }
        });
    }

    /** Publishes when there is room among the batches on their way. */
    private CompletableFuture<Void> publish(List<StoredValue> stored) throws InterruptedException {
        publishing.acquire();
        long start = System.nanoTime();
        return publisher.publish(stored).whenComplete((done, failure) -> {
            publishing.release();
            metrics.publish.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        });
    }

    /** Makes sure that the database answers before a batch is risked, as long as the batch may wait. False: it was refused. */
    private boolean reconnect(Batch batch) throws InterruptedException {
        long pause = FIRST_RETRY_MILLIS;
        while (true) {
            try {
                writer.connect();
                settle();
                return true;
            } catch (StoreException e) {
                long now = System.nanoTime();
                if (batch.updates().stream().allMatch(update -> update.isExpired(now)) || draining.get()) {
                    log.warn("Lane {}: {}", number, e.getMessage());
                    refuse(batch, "the database does not answer", true);
                    return false;
                }
            }
            TimeUnit.MILLISECONDS.sleep(pause);
            pause = Math.min(pause * 2, LONGEST_RETRY_MILLIS);
        }
    }

    /** Publishes what the database holds for keys of batches that may have been committed without being published. */
    private void settle() throws StoreException, InterruptedException {
        if (!unsettled.isEmpty()) {
            List<StoredValue> held = writer.read(new ArrayList<>(unsettled));
            var unused = publish(held).whenComplete((done, failure) -> {
                if (failure != null) {
                    log.warn(
                            "Lane {}: {} values could not be published after a lost connection",
                            number,
                            held.size(),
                            failure);
                }
            });
            log.info("Lane {}: settled {} values after a lost connection", number, unsettled.size());
            unsettled.clear();
        }
    }

    private void failed(Batch batch, List<ValueWrite> writes, StoreException e) {
        switch (e.kind()) {
            case FENCED -> {
                refuse(batch, "this node may not write any more", true);
                onFenced.accept(e.getMessage());
            }
            case UNAVAILABLE -> {
                log.warn("Lane {}: {}", number, e.getMessage());
                writes.forEach(write -> unsettled.add(write.key()));
                refuse(batch, "the connection to the database was lost", false);
            }
            default -> {
                log.error("Lane {}: a batch of {} values failed", number, writes.size(), e);
                refuse(batch, "the database refused the values", true);
            }
        }
    }

    private void refuse(Batch batch, String why, boolean outcomeKnown) {
        metrics.unavailable.increment(batch.updates().size());
        batch.updates().forEach(update -> update.refuse(why, outcomeKnown));
    }

    private void refuseAll(String why) {
        if (carried != null) {
            carried.refuse(why, true);
        }
        List<Update> left = new ArrayList<>();
        waiting.drainTo(left);
        left.forEach(update -> update.refuse(why, true));
    }
}
