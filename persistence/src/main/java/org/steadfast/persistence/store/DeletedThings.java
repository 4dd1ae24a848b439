package org.steadfast.persistence.store;

import java.util.List;

/** Things that are no more, of which something may be left in places that do not know of it. Safe for use by several threads. */
public interface DeletedThings {
    /** Removes what is left of things. */
    @FunctionalInterface
    interface Cleaning {
        /** @param things their numbers, one or more */
        void clean(List<Long> things) throws StoreException;
    }

    /** Hands them out, some at a time; each of them again and again for a day at least, as something may still arrive. */
    void each(Cleaning cleaning) throws StoreException;

    /** Forgets those of things that were handed out of which nothing can arrive any more. */
    void forget(List<Long> things) throws StoreException;
}
