package org.steadfast.persistence.store;

import java.util.function.Consumer;

/** The current values of properties. Safe for use by several threads. */
public interface PropertyStore {
    /**
     * Claims a lane for this node. A process that held the lane before is fenced by that: it writes nothing any more.
     *
     * @param node the platform id
     * @param lane from 0
     */
    WriterLane openLane(String node, int lane) throws StoreException;

    /** Passes every value to the consumer, without keeping them all in memory. Returns how many there were. */
    long scan(Consumer<StoredValue> consumer) throws StoreException;

    /** A new epoch for a binding, greater than every one before it. */
    long nextEpoch() throws StoreException;
}
