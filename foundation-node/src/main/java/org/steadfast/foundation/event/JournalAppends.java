package org.steadfast.foundation.event;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.steadfast.foundation.service.ServiceException;
import org.steadfast.persistence.store.EventJournal;
import org.steadfast.persistence.store.FiredEvent;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.WriterId;

/** Writes fired events into the journal, as many at a time as have come meanwhile. Safe for use by several threads. */
final class JournalAppends {
    private static final int MOST_WAITING = 10_000;
    private static final int MOST_AT_ONCE = 500;
    private static final long IDLE_MILLIS = 100;

    private final EventJournal journal;
    private final WriterId writer;
    private final Thread thread;
    /** Filled by those who fire, emptied by the thread; bounded, and guards itself. */
    private final BlockingQueue<Append> waiting = new ArrayBlockingQueue<>(MOST_WAITING);

    private volatile boolean stopping;

    JournalAppends(EventJournal journal, WriterId writer) {
        this.journal = journal;
        this.writer = writer;
        this.thread = new Thread(this::run, "event-appends");
    }

    /** @param onWritten gets the number of the entry, in the order of the entries */
    private record Append(FiredEvent event, LongConsumer onWritten, CompletableFuture<Void> written) {}

    void start() {
        thread.start();
    }

    /**
     * Writes an event down.
     *
     * @param onWritten gets the number of the entry before anybody learns that it is written; must return at once
     * @return completes when the event is durable
     */
    CompletableFuture<Void> append(FiredEvent event, LongConsumer onWritten) {
        Append append = new Append(event, onWritten, new CompletableFuture<>());
        if (stopping || !waiting.offer(append)) {
            return CompletableFuture.failedFuture(unavailable("too many events wait to be written down"));
        }
        return append.written();
    }

    private void run() {
        try {
            while (!stopping || !waiting.isEmpty()) {
                Append first = waiting.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    List<Append> batch = new ArrayList<>();
                    batch.add(first);
                    waiting.drainTo(batch, MOST_AT_ONCE - 1);
                    write(batch);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(List<Append> batch) {
        try {
            List<Long> ids =
                    journal.append(writer, batch.stream().map(Append::event).toList());
            for (int i = 0; i < ids.size(); i++) {
                batch.get(i).onWritten().accept(ids.get(i));
                batch.get(i).written().complete(null);
            }
        } catch (StoreException e) {
            batch.forEach(append -> append.written()
                    .completeExceptionally(unavailable(
                            "the event could not be written down; it may happen nevertheless: " + e.getMessage())));
        }
    }

    private static ServiceException unavailable(String why) {
        return new ServiceException(ServiceException.Kind.UNAVAILABLE, why);
    }

    /** Writes what waits, then ends. */
    void close(long patienceMillis) throws InterruptedException {
        stopping = true;
        thread.join(patienceMillis);
        if (thread.isAlive()) {
            thread.interrupt();
        }
    }
}
