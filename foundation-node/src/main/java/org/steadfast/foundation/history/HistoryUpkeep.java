package org.steadfast.foundation.history;

import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.persistence.store.HistoryStore;
import org.steadfast.persistence.store.StoreException;

/**
 * Looks after history when the node starts and each hour: partitions are made ahead, and what is too old goes. Every node does so; what
 * one has done the others find done. What fails is tried again an hour later: nothing that is written depends on it.
 */
public final class HistoryUpkeep implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HistoryUpkeep.class);
    private static final long PERIOD_MINUTES = 60;

    private final HistoryStore store;
    private final Retention retention;
    private final Clock clock;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "history-upkeep"));

    private HistoryUpkeep(HistoryStore store, Retention retention, Clock clock) {
        this.store = store;
        this.retention = retention;
        this.clock = clock;
    }

    /** Begins at once, in a thread of its own. */
    public static HistoryUpkeep start(HistoryStore store, Model model, Clock clock) {
        HistoryUpkeep upkeep = new HistoryUpkeep(store, new Retention(model, store), clock);
        var unused = upkeep.thread.scheduleWithFixedDelay(upkeep::run, 0, PERIOD_MINUTES, TimeUnit.MINUTES);
        return upkeep;
    }

    private void run() {
        try {
            long now = clock.millis();
            store.upkeep(now);
            retention.apply(now);
        } catch (StoreException | ModelException | RuntimeException e) {
            log.warn("History was not looked after to the end; the next time is in {} minutes", PERIOD_MINUTES, e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
