package org.steadfast.persistence.store;

import java.util.List;
import java.util.Optional;
import org.steadfast.persistence.query.RowQuery;

/**
 * The entries of streams. Each call is one transaction. Entries go with their thing. All methods fail with
 * {@link StoreException.Kind#TOO_SLOW} where they take longer than the store allows. Safe for use by several threads.
 */
public interface StreamStore {
    /** @throws StoreException {@link StoreException.Kind#NOT_FOUND} if the thing is gone */
    void add(long thingId, List<RowWrite> entries) throws StoreException;

    /**
     * Entries of a range of time in the order of the query, or in the order of their time.
     *
     * @throws StoreException {@link StoreException.Kind#TOO_LARGE} if they hold more than 64 MB
     */
    List<StoredRow> query(long thingId, TimeRange range, boolean oldestFirst, RowQuery query) throws StoreException;

    /** An entry by its number. */
    Optional<StoredRow> find(long thingId, long id) throws StoreException;

    long count(long thingId) throws StoreException;

    /**
     * Changes an entry; the values and labels that are given replace those before, its time stays.
     *
     * @return false where there is none of this number
     */
    boolean update(long thingId, long id, RowWrite change) throws StoreException;

    /** Deletes an entry by its number; false where there is none. */
    boolean delete(long thingId, long id) throws StoreException;

    /** Deletes the entries of a range of time; returns how many there were. */
    long purge(long thingId, TimeRange range) throws StoreException;
}
