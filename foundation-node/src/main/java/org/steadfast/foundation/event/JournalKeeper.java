package org.steadfast.foundation.event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.store.EventJournal;
import org.steadfast.persistence.store.JournalEntry;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.WriterId;

/**
 * Looks after the entries of the event journal: takes out those that all have heard, and takes over those that lost nodes have left.
 * One thread does both. Safe for use by several threads.
 */
final class JournalKeeper {
    private static final Logger log = LoggerFactory.getLogger(JournalKeeper.class);
    private static final int MOST_AT_ONCE = 500;
    private static final long PAUSE_MILLIS = 500;
    /** So old an entry of this node that it does not know of is one whose answer was lost. */
    private static final Duration UNKNOWN_AFTER = Duration.ofSeconds(30);

    private final EventJournal journal;
    private final WriterId writer;
    private final Duration watch;
    private final Backlog backlog;
    private final Consumer<JournalEntry> onTakenOver;
    private final Chore everyWatch;
    private final Thread thread;
    /** Entries that this node looks after: added by lanes and by this thread, taken off when they are heard or let go. */
    private final Set<Long> known = ConcurrentHashMap.newKeySet();
    /** Entries that all have heard: added to by whoever ends one, emptied by the thread; never more than are known. */
    private final BlockingQueue<Long> heard = new LinkedBlockingQueue<>();

    private volatile boolean stopping;
    private volatile boolean takingNothingMore;

    /**
     * @param onTakenOver gets each entry that this node looks after from now on
     * @param everyWatch is run each time before the journal is looked at
     */
    JournalKeeper(
            EventJournal journal,
            WriterId writer,
            Duration watch,
            Backlog backlog,
            Consumer<JournalEntry> onTakenOver,
            Chore everyWatch) {
        this.journal = journal;
        this.writer = writer;
        this.watch = watch;
        this.backlog = backlog;
        this.onTakenOver = onTakenOver;
        this.everyWatch = everyWatch;
        this.thread = new Thread(this::run, "event-journal");
    }

    /** Something to do now and then. */
    @FunctionalInterface
    interface Chore {
        void run() throws InterruptedException;
    }

    void start() {
        thread.start();
    }

    /** Knows of an entry that this node has written. */
    void know(long id) {
        known.add(id);
    }

    /** Takes an entry out, soon. */
    void heard(long id) {
        heard.add(id);
    }

    /** Knows an entry no more: after a while it is found again. */
    void letGo(long id) {
        known.remove(id);
    }

    private void run() {
        long next = System.nanoTime();
        try {
            while (!stopping || !heard.isEmpty()) {
                try {
                    next = turn(next);
                } catch (RuntimeException e) {
                    // Without this thread the journal would grow and nobody would hear of what is in it.
                    log.error("JOURNAL_WAITS: the event journal cannot be looked after now", e);
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return when the journal is to be looked at next */
    private long turn(long due) throws InterruptedException {
        long next = due;
        long left = next - System.nanoTime();
        Long first = heard.poll(Math.max(0, left), TimeUnit.NANOSECONDS);
        if (first != null) {
            remove(first);
        }
        if (next - System.nanoTime() <= 0) {
            next = System.nanoTime() + watch.toNanos();
            if (!stopping && !takingNothingMore) {
                everyWatch.run();
                takeOver();
            }
        }
        return next;
    }

    private void remove(long first) throws InterruptedException {
        List<Long> ids = new ArrayList<>();
        ids.add(first);
        heard.drainTo(ids, MOST_AT_ONCE - 1);
        try {
            journal.remove(ids);
            ids.forEach(known::remove);
        } catch (StoreException e) {
            log.debug("{} events that were heard stay in the journal for now", ids.size(), e);
            heard.addAll(ids);
            if (!stopping) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } else {
                throw new InterruptedException("the database does not answer while the node stops");
            }
        }
    }

    private void takeOver() {
        try {
            List<JournalEntry> entries;
            do {
                if (takingNothingMore || !backlog.hasRoom()) {
                    return;
                }
                entries = journal.takeOver(writer, known, UNKNOWN_AFTER, MOST_AT_ONCE);
                if (!entries.isEmpty()) {
                    log.info("Took over {} events that nobody looked after", entries.size());
                }
                for (JournalEntry entry : entries) {
                    known.add(entry.id());
                    onTakenOver.accept(entry);
                }
            } while (entries.size() == MOST_AT_ONCE);
        } catch (StoreException e) {
            log.debug("The event journal cannot be looked at now", e);
        }
    }

    /** Takes nothing over from now on. */
    void takeNothingMore() {
        takingNothingMore = true;
    }

    /** Takes out what was heard, and gives the rest to the other nodes. */
    void close(Duration patience) throws InterruptedException {
        stopping = true;
        thread.join(patience.toMillis());
        if (thread.isAlive()) {
            thread.interrupt();
            thread.join(patience.toMillis());
        }
        try {
            journal.handOver(writer);
        } catch (StoreException e) {
            log.warn(
                    "JOURNAL_WAITS: what is left in the event journal cannot be handed over; it is taken over later",
                    e);
        }
    }
}
