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
        store.upkeep(now);
        retention.apply(now);
    }
}
