package org.steadfast.persistence.store;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * What has happened and was not heard by all yet, each entry with the life of a node that is answerable for it. Entries of changes
 * are made by {@link WriterLane#write}. Safe for use by several threads.
 */
public interface EventJournal {
    /**
     * Writes events down; they are durable when this returns.
     *
     * @return the numbers of their entries, in the same order
     */
    List<Long> append(WriterId writer, List<FiredEvent> events) throws StoreException;

    /** Takes entries out that all have heard. */
    void remove(Collection<Long> ids) throws StoreException;

    /**
     * Takes over entries that nobody looks after: those whose life of a node was fenced or has been followed by another one, and
     * those that this life has written itself without learning of it, because the answer was lost.
     *
     * @param known entries of this life that it looks after
     * @param unknownAfter how old an entry of this life must be before it counts as one that it did not learn of
     * @return at most {@code limit} entries in the order in which they were written
     */
    List<JournalEntry> takeOver(WriterId writer, Collection<Long> known, Duration unknownAfter, int limit)
            throws StoreException;

    /** Gives the entries of this life to whoever takes them first. */
    void handOver(WriterId writer) throws StoreException;
}
