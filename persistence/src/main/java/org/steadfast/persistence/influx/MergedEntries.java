package org.steadfast.persistence.influx;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.steadfast.persistence.store.HistoryEntry;
import org.steadfast.persistence.store.StoreException;

/** Hands out the entries of InfluxDB and those of the database in one order, until no more are wanted. Used by one thread. */
final class MergedEntries {
    private final InfluxEntries moved;
    private final Comparator<HistoryEntry> order;
    private final Predicate<HistoryEntry> taker;
    private boolean wantsMore = true;
    /** What was handed out of one millisecond. */
    private final Set<List<Object>> sameTime = new HashSet<>();

    private long time;
    /** What went wrong where it could not be thrown; null: nothing. */
    private StoreException failure;

    MergedEntries(InfluxEntries moved, boolean oldestFirst, Predicate<HistoryEntry> taker) {
        this.moved = moved;
        Comparator<HistoryEntry> byTime =
                Comparator.comparingLong(HistoryEntry::time).thenComparingLong(HistoryEntry::id);
        this.order = oldestFirst ? byTime : byTime.reversed();
        this.taker = taker;
    }

    /** Takes the next entry of the database; says whether more are wanted. */
    boolean takeKept(HistoryEntry kept) {
        try {
            for (Optional<HistoryEntry> next = moved.peek();
                    wantsMore && next.isPresent() && order.compare(next.get(), kept) < 0;
                    next = moved.peek()) {
                handOut(moved.take());
            }
            if (wantsMore) {
                handOut(kept);
            }
        } catch (StoreException e) {
            failure = e;
            wantsMore = false;
        }
        return wantsMore;
    }

    /** Hands out what is left of InfluxDB's when the database has no more. */
    void takeRest() throws StoreException {
        if (failure != null) {
            throw failure;
        }
        while (wantsMore && moved.peek().isPresent()) {
            handOut(moved.take());
        }
    }

    /** Not what was handed out before: an entry may be in both places where it came again after history began to go to InfluxDB. */
    private void handOut(HistoryEntry entry) {
        if (entry.time() != time) {
            sameTime.clear();
            time = entry.time();
        }
        if (sameTime.add(List.of(entry.property(), entry.quality(), ByteBuffer.wrap(entry.value())))) {
            wantsMore = taker.test(entry);
        }
    }
}
