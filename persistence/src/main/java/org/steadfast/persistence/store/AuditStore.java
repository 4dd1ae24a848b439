package org.steadfast.persistence.store;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/** Who did what, in the order in which it happened. Nothing in it is ever changed, and nothing removed but
 * what is old. Safe for use by several threads. */
public interface AuditStore {
    void append(Entry entry) throws StoreException;

    /**
     * Entries, the newest first.
     *
     * @param from epoch milliseconds, included
     * @param to epoch milliseconds, excluded
     * @param user only this user's; empty for all
     * @param limit most entries
     */
    List<Entry> query(long from, long to, String user, int limit) throws StoreException;

    /**
     * What was done to one entity, and to those of its name before it, of the last 200,000 entries of the log; the newest first, {@code limit} at
     * most.
     */
    List<Entry> ofEntity(String collection, String name, int limit) throws StoreException;

    /**
     * Removes entries that are older than so many days of the database's clock, as many as some seconds are enough for; nothing while
     * another node does so.
     *
     * @param days at least 1
     * @return how many were removed
     */
    long removeOlderThan(int days) throws StoreException;

    /**
     * Something that was done, or tried.
     *
     * @param at epoch milliseconds by the database's clock; of no meaning when it is appended
     * @param address where the request came from; empty where that is not known
     * @param action such as {@code EntityUpdate}
     * @param collection of what it was done to; empty where it was done to no entity
     * @param before version before a change of the model
     * @param after version after it
     * @param detail one line; never holds a secret
     */
    record Entry(
            long at,
            String user,
            String address,
            String action,
            String collection,
            String name,
            OptionalLong before,
            OptionalLong after,
            String detail) {
        public Entry {
            Objects.requireNonNull(user, "user is null");
            Objects.requireNonNull(address, "address is null");
            Objects.requireNonNull(action, "action is null");
            Objects.requireNonNull(collection, "collection is null");
            Objects.requireNonNull(name, "name is null");
            Objects.requireNonNull(detail, "detail is null");
        }
    }
}
