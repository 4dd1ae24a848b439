package org.steadfast.foundation.history;

import java.time.Clock;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.persistence.store.HistoryStore;
import org.steadfast.persistence.store.StoreException;

/** Looks after history: partitions are made ahead, and what is too old goes. Used by one thread. */
public final class HistoryUpkeep {
    private final HistoryStore store;
    private final Retention retention;
    private final Clock clock;

    public HistoryUpkeep(HistoryStore store, Model model, Clock clock) {
        this.store = store;
        this.retention = new Retention(model, store);
        this.clock = clock;
    }

    /** Does what there is to be done by now. */
    public void run() throws StoreException, ModelException {
        long now = clock.millis();
        try {
            store.upkeep(now);
        } catch (StoreException e) {
            // What is old goes all the same, as far as it can be reached.
            try {
                retention.apply(now);
            } catch (StoreException other) {
                e.addSuppressed(other);
            }
            throw e;
        }
        retention.apply(now);
    }
}
