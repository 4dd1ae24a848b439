package org.steadfast.foundation.ingestion;

import java.util.List;
import org.steadfast.persistence.store.Written;

/** Hears of what was written to followed properties. Safe for use by several threads. */
public interface Followers {
    /**
     * A batch is committed. What it did is to be looked after from now on, but is not visible to everybody yet, so that nobody may
     * be told. Must return at once.
     */
    void committed(List<Written.Followed> followed);

    /** What was committed is visible to every later read on every node. Must return at once. */
    void visible(List<Written.Followed> followed);

    /** Values that are in no database were written and are visible. Must return at once. */
    void changedInMemory(List<Written.Followed> followed);

    /** Nobody follows anything. */
    static Followers none() {
        return new Followers() {
            @Override
            public void committed(List<Written.Followed> followed) {
                // Nobody wants to know.
            }

            @Override
            public void changedInMemory(List<Written.Followed> followed) {
                // Nobody wants to know.
            }

            @Override
            public void visible(List<Written.Followed> followed) {
                // Nobody wants to know.
            }
        };
    }
}
