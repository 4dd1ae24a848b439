package org.steadfast.persistence.store;

import java.util.List;
import java.util.OptionalLong;

/** Where alerts stand, and what has become of them. Safe for use by several threads. */
public interface AlertStore {
    /** The alerts of a property that have ever been raised. */
    List<AlertState> of(long thingId, String property) throws StoreException;

    /** The same of all properties of a thing. */
    List<AlertState> of(long thingId) throws StoreException;

    /**
     * Raises or resets an alert, keeps that in its history, and writes the event into the journal, all or nothing.
     *
     * @param active whether it is raised
     * @param at epoch milliseconds
     * @param value what the property has, in the device protocol's bytes
     * @param writer who looks after the journal's entry
     * @return the number of the journal's entry; empty where the alert stood so before, and nothing was done
     */
    OptionalLong change(AlertKey key, boolean active, long at, byte[] value, WriterId writer, FiredEvent event)
            throws StoreException;

    /**
     * Acknowledges an alert that is raised, in the same way.
     *
     * @return the number of the journal's entry; empty where the alert is not raised, or was acknowledged before
     */
    OptionalLong acknowledge(AlertKey key, String user, String message, long at, WriterId writer, FiredEvent event)
            throws StoreException;

    /** Forgets where an alert stands, because there is none of the name any more. What has become of it is kept. */
    void forget(AlertKey key) throws StoreException;

    /**
     * What has become of the alerts of a thing.
     *
     * @param from epoch milliseconds, inclusive
     * @param to epoch milliseconds, inclusive
     */
    List<AlertRecord> history(long thingId, long from, long to, boolean oldestFirst, int limit) throws StoreException;
}
