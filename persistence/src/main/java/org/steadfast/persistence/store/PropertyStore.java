package org.steadfast.persistence.store;

import java.util.function.Consumer;

/** The current values of properties as a whole; {@link WriterLane} writes them. Safe for use by several threads. */
public interface PropertyStore {
    /**
     * Passes every value to the consumer, without keeping them all in memory, all as they were at one moment.
     *
     * @param readers how many threads read at the same time, each a part of the values
     * @param consumer called by all of these threads
     * @return how many values there were
     * @throws StoreException if any part could not be read
     */
    long scan(int readers, Consumer<StoredValue> consumer) throws StoreException, InterruptedException;

    /** About how many values there are, without counting them; 0 where that is not known. */
    long estimate() throws StoreException;

    /** A new epoch for a binding, greater than every one before it. */
    long nextEpoch() throws StoreException;
}
