package org.steadfast.persistence.store;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * History that was committed with the values it belongs to and waits to be moved to another store. Any number of nodes may move at the same
 * time: each entry is in the hands of one of them, until it is gone from here or that one has failed; then another one moves it again.
 * So the other store must take the same entry twice as once. Safe for use by several threads.
 */
public interface HistoryOutbox {
    /** Where entries are moved to. */
    @FunctionalInterface
    interface Receiver {
        /**
         * Keeps entries for good before it returns.
         *
         * @throws StoreException if nothing is known of any of them: all of them wait on
         */
        Receipt receive(List<MovingEntry> entries) throws StoreException;
    }

    /**
     * What became of entries; those that are named nowhere are kept for good.
     *
     * @param refused the numbers of those that cannot be held; they stay in the database's own history
     * @param undecided the numbers of those of which nothing is known; they wait on
     */
    record Receipt(Set<Long> refused, Set<Long> undecided) {
        public Receipt {
            refused = Set.copyOf(refused);
            undecided = Set.copyOf(undecided);
        }
    }

    /**
     * Moves the oldest entries that nobody else has in hands.
     *
     * @param most at most so many; fewer where they are large
     * @return how many there were
     */
    int move(int most, Receiver receiver) throws StoreException;

    /**
     * Moves all entries of things that were there when this was called. Waits, with a bound, for those that somebody else has in hands.
     *
     * @param properties none: all
     * @throws StoreException {@link StoreException.Kind#UNAVAILABLE} if somebody else has them in hands for too long,
     *     {@link StoreException.Kind#TOO_SLOW} if there are more than can be moved in one call; what was moved until then is moved
     */
    void moveOf(Collection<Long> things, Collection<String> properties, Receiver receiver) throws StoreException;

    /**
     * Deletes entries that wait. What was moved before this returns is not here any more, not even after a crash of the database.
     *
     * @param properties none: all
     * @return how many there were
     */
    long purge(Collection<Long> things, Collection<String> properties, TimeRange range) throws StoreException;

    /** How many entries wait; where there are more than so many, so many. */
    long waiting(long most) throws StoreException;
}
