package org.steadfast.persistence.store;

import java.util.Collection;
import java.util.List;

/**
 * One node's way of writing batches of values: a connection of its own, guarded by fence rows. Used by one thread at a time.
 * After a {@link StoreException.Kind#UNAVAILABLE} the next call connects again.
 */
public interface WriterLane extends AutoCloseable {
    /**
     * Writes a batch in one transaction, durable when this returns. Of which things it has values is kept with the slot until the
     * slot's next batch.
     *
     * @param slot from 0; no other batch of it may still be on its way to being visible
     * @param batch in the natural order of keys, no key twice
     * @param followed all writes to the followed ones of those keys; what is followed durably gets an entry in the journal, in the
     *     same transaction
     * @throws StoreException {@link StoreException.Kind#FENCED} if this node may not write any more;
     *     {@link StoreException.Kind#UNAVAILABLE} if the outcome is not known
     */
    Written write(int slot, List<ValueWrite> batch, List<FollowedWrites> followed) throws StoreException;

    /** Writes a batch of which nothing is followed. */
    default List<StoredValue> write(int slot, List<ValueWrite> batch) throws StoreException {
        return write(slot, batch, List.of()).values();
    }

    /** What the database holds for keys; those without a value are missing in the answer. */
    List<StoredValue> read(Collection<PropertyKey> keys) throws StoreException;

    /**
     * Connects where there is no connection, or one that broke while the lane was idle, so that a caller learns that the database
     * is there before it risks a batch.
     */
    void connect() throws StoreException;

    @Override
    void close();
}
