package org.steadfast.persistence.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * What logged properties were. The same value of one property, of the same time and quality, is one entry, however often it is
 * written; two values of the same time are two. All methods fail with {@link StoreException.Kind#TOO_SLOW} where they take longer than
 * the store allows. Safe for use by several threads.
 */
public interface HistoryStore {
    /** Keeps values in one transaction, in the order in which they stand here where they have the same time. */
    void append(List<ValueWrite> values) throws StoreException;

    /**
     * Hands out entries in the order of their time.
     *
     * @param properties one or several
     * @param taker says whether it wants more
     */
    void scan(
            long thingId,
            Collection<String> properties,
            TimeRange range,
            boolean oldestFirst,
            Predicate<HistoryEntry> taker)
            throws StoreException;

    /** Entries of one property in the order of their time, at most {@code limit}. */
    default List<HistoryEntry> query(long thingId, String property, TimeRange range, boolean oldestFirst, int limit)
            throws StoreException {
        List<HistoryEntry> entries = new ArrayList<>();
        if (limit > 0) {
            scan(thingId, List.of(property), range, oldestFirst, entry -> entries.add(entry) && entries.size() < limit);
        }
        return entries;
    }

    /**
     * Numbers of one property by intervals, the earliest first; intervals without entries are left out.
     *
     * @param millis how long an interval is
     */
    List<HistoryInterval> aggregate(long thingId, String property, TimeRange range, long millis, int limit)
            throws StoreException;

    /**
     * Deletes entries, in several transactions.
     *
     * @param properties none: all of the thing
     * @return how many there were
     * @throws StoreException {@link StoreException.Kind#TOO_SLOW} if there are more than can be deleted in one call; what was deleted
     *     until then is gone
     */
    long purge(long thingId, Collection<String> properties, TimeRange range) throws StoreException;

    /**
     * Deletes the entries of things that are older than a time, in several transactions.
     *
     * @param time epoch milliseconds; an entry of this time stays
     * @return how many there were
     * @throws StoreException {@link StoreException.Kind#TOO_SLOW} as with {@link #purge}
     */
    long purgeBefore(Collection<Long> thingIds, long time) throws StoreException;

    /**
     * Makes room for what is to come, and gives back what is not needed any more: entries of things that are no more, and empty
     * partitions of the past. Any number of nodes may do so at the same time.
     *
     * @param now epoch milliseconds
     */
    void upkeep(long now) throws StoreException;
}
