package org.steadfast.persistence.store;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.steadfast.persistence.query.RowFilter;
import org.steadfast.persistence.query.RowQuery;

/**
 * The rows of data tables. Each call is one transaction: it is done as a whole or not at all. Rows go with their thing. All methods
 * fail with {@link StoreException.Kind#TOO_SLOW} where they take longer than the store allows. Safe for use by several threads.
 */
public interface DataTableStore {
    /**
     * Adds rows.
     *
     * @throws StoreException {@link StoreException.Kind#ALREADY_EXISTS} if there is one with one of the keys, or two have the same,
     *     {@link StoreException.Kind#NOT_FOUND} if the thing is gone
     */
    void add(long thingId, List<RowWrite> rows) throws StoreException;

    /** Adds rows; of those that there are already, the values and labels that are given replace those before. */
    void addOrUpdate(long thingId, List<RowWrite> rows) throws StoreException;

    /**
     * Changes rows; the values and labels that are given replace those before.
     *
     * @throws StoreException {@link StoreException.Kind#NOT_FOUND} if there is none with one of the keys
     */
    void update(long thingId, List<RowWrite> rows) throws StoreException;

    /**
     * Changes all rows that fulfil a filter in the same way.
     *
     * @param change its key is not used
     * @return how many there were
     */
    long updateWhere(long thingId, RowFilter filter, RowWrite change) throws StoreException;

    Optional<StoredRow> find(long thingId, String key) throws StoreException;

    /**
     * Rows in the order of the query, or in the order in which they were added.
     *
     * @throws StoreException {@link StoreException.Kind#TOO_LARGE} if they hold more than 64 MB
     */
    List<StoredRow> query(long thingId, RowQuery query) throws StoreException;

    long count(long thingId) throws StoreException;

    /** Deletes rows by their keys; returns how many there were. */
    long delete(long thingId, Collection<String> keys) throws StoreException;

    /** Deletes the rows that fulfil a filter, at most {@code limit} of them; returns how many there were. */
    long deleteWhere(long thingId, RowFilter filter, long limit) throws StoreException;
}
