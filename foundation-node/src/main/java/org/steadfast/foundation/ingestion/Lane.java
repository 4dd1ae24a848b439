package org.steadfast.foundation.ingestion;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.lease.Standing;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredValue;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.persistence.store.WriterLane;
import org.steadfast.persistence.store.Written;

/**
 * One thread that turns waiting updates into batches: write and commit, then publish, then acknowledge. While a batch is being
 * published the next one is written, as soon as what waits fills a batch; a smaller one waits for the batch before it, but not long.
 */
final class Lane {
    private static final Logger log = LoggerFactory.getLogger(Lane.class);
    private static final long IDLE_MILLIS = 100;
    private static final long FIRST_RETRY_MILLIS = 50;
    private static final long LONGEST_RETRY_MILLIS = 1_000;

    private final int number;
    private final WriterLane writer;
    private final Publisher publisher;
    private final Followers followers;
    private final Standing standing;
    private final IngestionSettings settings;
    private final IngestionMetrics metrics;
    private final long mostBytes;
    private final Consumer<String> onFenced;
    private final Thread thread;
    /** Filled by request threads, emptied by the lane's thread; bounded, and guards itself. */
    private final BlockingQueue<Update> waiting;
    /**
     * The slots of batches that are not on their way. Taken by the lane's thread for each batch, given back when that is published;
     * a slot tells the other nodes what to look after if this node is lost in between.
     */
    private final BlockingQueue<Integer> freeSlots;
    /** Bytes of updates that wait or are on their way: added by request threads, taken off when an update has ended. */
    private final AtomicLong bytes = new AtomicLong();

    /** Batches that are on their way into shared state: added to by the lane's thread, taken off when they have arrived. */
    private final AtomicInteger publishing = new AtomicInteger();
    /** How many waiting updates are enough to begin a batch; {@link Integer#MAX_VALUE} unless the lane's thread waits for so many. */
    private volatile int enough = Integer.MAX_VALUE;

    private final AtomicBoolean draining = new AtomicBoolean();
    /** Whether the thread takes nothing from {@link #waiting} any more; written by the lane's thread, once. */
    private volatile boolean ended;
    /** Whether the cluster went on without this node; used by the lane's thread alone. */
    private boolean fenced;
    /** Keys of batches whose outcome is not known; used by the lane's thread alone. */
    private final TreeSet<PropertyKey> unsettled = new TreeSet<>();
    /** Their slots; used by the lane's thread alone. */
    private final List<Integer> unsettledSlots = new ArrayList<>();
    /** An update that did not fit into the last batch; used by the lane's thread alone. */
    private Update carried;

    Lane(
            int number,
            WriterLane writer,
            Publisher publisher,
            Followers followers,
            Standing standing,
            IngestionSettings settings,
            IngestionMetrics metrics,
            Consumer<String> onFenced) {
        this.number = number;
        this.writer = writer;
        this.publisher = publisher;
        this.followers = followers;
        this.standing = standing;
        this.settings = settings;
        this.metrics = metrics;
        this.onFenced = onFenced;
        this.waiting = new ArrayBlockingQueue<>(settings.mostWaitingUpdates());
        this.mostBytes = (long) settings.mostWaitingMegabytes() << 20;
        this.freeSlots = new ArrayBlockingQueue<>(slots(settings));
        for (int slot = 0; slot < slots(settings); slot++) {
            freeSlots.add(slot);
        }
        this.thread = new Thread(this::run, "lane-" + number);
        metrics.gaugeWaiting(number, waiting, bytes);
    }

    /** One more than may be published at a time: that of the batch that is being written. */
    static int slots(IngestionSettings settings) {
        return settings.publishingBatches() + 1;
    }

    void start() {
        thread.start();
    }

    void submit(Update update) {
        if (draining.get()) {
            update.refuse("the node is stopping", true);
            return;
        }
        if (!standing.isHeld()) {
            update.refuse(standing.reason(), true);
            return;
        }
        long size = update.bytes();
        if (bytes.addAndGet(size) > mostBytes && bytes.get() > size) {
            bytes.addAndGet(-size);
            metrics.overloaded.increment();
            update.refuse("too many bytes of updates are waiting", true);
            return;
        }
        var unused = update.acknowledged().whenComplete((done, failure) -> bytes.addAndGet(-size));
        if (!waiting.offer(update)) {
            metrics.overloaded.increment();
            update.refuse("too many updates are waiting", true);
        } else if (ended && waiting.remove(update)) {
            update.refuse("the node has stopped", true);
        } else if (enough != Integer.MAX_VALUE && (waiting.size() >= enough || isHalfFull())) {
            LockSupport.unpark(thread);
        }
    }

    /** Refuses what comes from now on. */
    void takeNothingMore() {
        draining.set(true);
    }

    /** Writes what waits, and returns when all of it is published or the time is over. Nothing more is taken. */
    void drain(long timeoutMillis) throws InterruptedException {
        takeNothingMore();
        thread.join(timeoutMillis);
        if (thread.isAlive()) {
            log.warn(
                    "WRITES_REFUSED: lane {} still had {} updates waiting when its time to drain was over",
                    number,
                    waiting.size());
            thread.interrupt();
            thread.join(timeoutMillis);
        }
    }

    private void run() {
        try {
            while (!fenced) {
                Integer slot = freeSlots.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                if (slot == null) {
                    refuseExpired();
                    settleWhileIdle();
                    continue;
                }
                Batch batch = collect();
                if (!batch.isEmpty()) {
                    write(slot, batch);
                    continue;
                }
                freeSlots.add(slot);
                settleWhileIdle();
                if (draining.get()) {
                    break;
                }
            }
            awaitPublished();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Error e) {
            onFenced.accept("lane " + number + " ended: " + e);
            throw e;
        } finally {
            ended = true;
            writer.close();
            refuseAll(fenced ? "this node may not write any more" : "the node has stopped");
        }
    }

    private void awaitPublished() throws InterruptedException {
        for (int i = unsettledSlots.size(); i < slots(settings); i++) {
            freeSlots.take();
        }
    }

    /** While no batch can be begun, nobody waits longer than is promised. */
    private void refuseExpired() {
        long now = System.nanoTime();
        if (carried != null && carried.isExpired(now)) {
            refuseAsExpired(carried);
            carried = null;
        }
        for (Update next = waiting.peek(); next != null && next.isExpired(now); next = waiting.peek()) {
            if (waiting.remove(next)) {
                refuseAsExpired(next);
            }
        }
    }

    private void refuseAsExpired(Update update) {
        refuse(
                update,
                "the update waited longer than " + settings.writeDeadline().toMillis() + " ms",
                true);
    }

    private Batch collect() throws InterruptedException {
        Batch batch = new Batch(settings.mostValuesPerBatch());
        Update next = carried != null ? carried : waiting.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
        carried = null;
        if (next != null) {
            gather(next.writes().size());
        }
        long now = System.nanoTime();
        while (next != null) {
            if (next.isExpired(now)) {
                refuseAsExpired(next);
            } else if (!batch.add(next)) {
                carried = next;
                return batch;
            }
            next = waiting.poll();
        }
        return batch;
    }

    /**
     * Waits, while a batch is on its way into shared state, until it has arrived or what waits fills a batch by itself. A batch
     * has costs of its own, however few values it has, so this makes few of many.
     *
     * @param values of the first update, by which is judged how many make a batch
     */
    private void gather(int values) {
        long end = System.nanoTime() + settings.gatheringTime().toNanos();
        // One of them is in hand already; and what would be refused must not be waited for.
        enough = Math.min(settings.mostValuesPerBatch() / values, settings.mostWaitingUpdates()) - 1;
        while (publishing.get() > 0 && waiting.size() < enough && !isHalfFull() && !draining.get()) {
            long left = end - System.nanoTime();
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                break;
            }
            LockSupport.parkNanos(this, left);
        }
        enough = Integer.MAX_VALUE;
    }

    private boolean isHalfFull() {
        return bytes.get() >= mostBytes / 2;
    }

    /** Writes a batch. However this ends, each of its updates is acknowledged or refused, now or when it is published. */
    private void write(int slot, Batch batch) throws InterruptedException {
        try {
            Batch begun = awaitDatabase(batch);
            if (begun.isEmpty()) {
                freeSlots.add(slot);
            } else {
                writeNow(slot, begun);
            }
        } catch (InterruptedException e) {
            refuse(batch, "the node has stopped", true);
            throw e;
        } catch (RuntimeException e) {
            log.error("WRITES_REFUSED: lane {}: a batch failed", number, e);
            batch.writes().forEach(write -> unsettled.add(write.key()));
            unsettledSlots.add(slot);
            refuse(batch, "the node could not write the values", false);
        }
    }

    private void writeNow(int slot, Batch batch) {
        List<ValueWrite> writes = batch.writes();
        Written written;
        long start = System.nanoTime();
        try {
            written = writer.write(slot, writes, batch.followed());
        } catch (StoreException e) {
            unsettledSlots.add(slot);
            failed(batch, writes, e);
            return;
        }
        metrics.commit.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        metrics.batchValues.record(writes.size());
        if (!written.followed().isEmpty()) {
            followers.committed(written.followed());
        }
        CompletableFuture<Void> published = publish(written.values(), List.of(slot));
        refuseAfterDeadline(batch, published);
        var unused = published.whenComplete((done, failure) -> {
            if (failure == null && !written.followed().isEmpty()) {
                followers.visible(written.followed());
            }
            if (failure != null) {
                refuse(batch, "the values are stored, but shared state cannot be reached", false);
            } else if (!standing.isHeld()) {
                // Stored and published, but perhaps into a state that the others have left behind.
                refuse(batch, standing.reason(), false);
            } else {
                metrics.acknowledged.increment(writes.size());
                batch.updates().forEach(update -> update.acknowledged().complete(null));
            }
        });
    }

    /** Whoever waits for the batch gets an answer in time; the batch itself goes on. */
    private void refuseAfterDeadline(Batch batch, CompletableFuture<Void> published) {
        if (published.isDone()) {
            return;
        }
        long left = batch.updates().get(0).deadline() - System.nanoTime();
        var unused = published
                .copy()
                .orTimeout(Math.max(1, left / 1_000_000), TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> {
                    if (failure instanceof TimeoutException) {
                        refuse(batch, "shared state did not take the values in time", false);
                    }
                });
    }

    private CompletableFuture<Void> publish(List<StoredValue> stored, List<Integer> slots) {
        long start = System.nanoTime();
        publishing.incrementAndGet();
        return publisher.publish(stored).whenComplete((done, failure) -> {
            freeSlots.addAll(slots);
            if (publishing.decrementAndGet() == 0) {
                LockSupport.unpark(thread);
            }
            metrics.publish.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        });
    }

    /**
     * Makes sure that the database answers before a batch is risked.
     *
     * @return what of the batch is to be written; the updates that waited too long for the database were refused
     */
    private Batch awaitDatabase(Batch batch) throws InterruptedException {
        long pause = FIRST_RETRY_MILLIS;
        Batch left = batch;
        while (true) {
            try {
                writer.connect();
                settle();
                return left;
            } catch (StoreException e) {
                if (e.kind() == StoreException.Kind.FENCED) {
                    failed(left, left.writes(), e);
                    return new Batch(settings.mostValuesPerBatch());
                }
                left = withoutExpired(left);
                if (left.isEmpty()) {
                    log.warn("WRITES_REFUSED: lane {}: {}", number, e.getMessage());
                    return left;
                }
            }
            // Not beyond the moment at which the oldest of them is to be answered.
            long patience = left.updates().get(0).deadline() - System.nanoTime();
            TimeUnit.MILLISECONDS.sleep(Math.max(1, Math.min(pause, patience / 1_000_000 + 1)));
            pause = Math.min(pause * 2, LONGEST_RETRY_MILLIS);
        }
    }

    /** Refuses what of a batch may not wait any longer; a node that stops lets nothing wait. */
    private Batch withoutExpired(Batch batch) {
        long now = System.nanoTime();
        boolean stopping = draining.get();
        Batch left = new Batch(settings.mostValuesPerBatch());
        for (Update update : batch.updates()) {
            if (stopping || update.isExpired(now) || !left.add(update)) {
                refuse(update, "the database does not answer", true);
            }
        }
        return left;
    }

    /** Publishes what the database holds for keys of batches that may have been committed without being published. */
    private void settle() throws StoreException {
        if (!unsettled.isEmpty()) {
            List<StoredValue> held = writer.read(new ArrayList<>(unsettled));
            List<Integer> slots = List.copyOf(unsettledSlots);
            unsettledSlots.clear();
            var unused = publish(held, slots).whenComplete((done, failure) -> {
                if (failure != null) {
                    log.warn(
                            "PUBLISHING_WAITS: lane {}: {} values could not be published after a lost connection",
                            number,
                            held.size(),
                            failure);
                }
            });
            log.info("Lane {}: settled {} values after a lost connection", number, unsettled.size());
            unsettled.clear();
        }
    }

    /** Settles without waiting for the next update, which may never come. */
    private void settleWhileIdle() {
        if (!unsettled.isEmpty()) {
            try {
                writer.connect();
                settle();
            } catch (StoreException | RuntimeException e) {
                log.debug("Lane {}: {} values cannot be settled yet", number, unsettled.size(), e);
            }
        }
    }

    private void failed(Batch batch, List<ValueWrite> writes, StoreException e) {
        switch (e.kind()) {
            case FENCED -> {
                fenced = true;
                refuse(batch, "this node may not write any more", true);
                onFenced.accept(e.getMessage());
            }
            case UNAVAILABLE -> {
                log.warn("WRITES_REFUSED: lane {}: {}", number, e.getMessage());
                writes.forEach(write -> unsettled.add(write.key()));
                refuse(batch, "the connection to the database was lost", false);
            }
            default -> {
                log.error("WRITES_REFUSED: lane {}: a batch of {} values failed", number, writes.size(), e);
                writes.forEach(write -> unsettled.add(write.key()));
                refuse(batch, "the database failed", false);
            }
        }
    }

    private void refuse(Batch batch, String why, boolean outcomeKnown) {
        batch.updates().forEach(update -> refuse(update, why, outcomeKnown));
    }

    private void refuse(Update update, String why, boolean outcomeKnown) {
        if (update.refuse(why, outcomeKnown)) {
            metrics.unavailable.increment();
        }
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
