package org.steadfast.persistence.influx;

import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;
import org.steadfast.persistence.store.HistoryEntry;
import org.steadfast.persistence.store.StoreException;

/** Hands out the entries of InfluxDB and those of the database in one order, until no more are wanted. Used by one thread. */
final class MergedEntries {
    private final InfluxEntries moved;
    private final Comparator<HistoryEntry> order;
    private final Predicate<HistoryEntry> taker;
    private boolean wantsMore = true;
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
                wantsMore = taker.test(moved.take());
            }
            wantsMore = wantsMore && taker.test(kept);
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
            wantsMore = taker.test(moved.take());
        }
    }
}
