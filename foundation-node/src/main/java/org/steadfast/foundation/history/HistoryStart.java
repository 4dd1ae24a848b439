package org.steadfast.foundation.history;

import io.micrometer.core.instrument.MeterRegistry;
import org.steadfast.coordination.chassis.Lifecycle;
import org.steadfast.persistence.influx.HistoryMover;
import org.steadfast.persistence.influx.InfluxHistoryStore;
import org.steadfast.persistence.postgres.HistoryTarget;
import org.steadfast.persistence.postgres.PostgresDatabase;
import org.steadfast.persistence.store.HistoryStore;

/** Opens the store of history that the settings name. */
public final class HistoryStart {
    private HistoryStart() {}

    /** InfluxDB need not answer: history waits for it. */
    public static HistoryStore open(
            InfluxHistorySettings settings, PostgresDatabase database, Lifecycle lifecycle, MeterRegistry registry) {
        HistoryStore kept = database.history(settings.target());
        if (settings.target() == HistoryTarget.STAYS) {
            return kept;
        }
        InfluxHistoryStore store = new InfluxHistoryStore(
                settings.connection(),
                new InfluxHistoryStore.Database(kept, database.historyOutbox(), database.deletedThings()));
        HistoryMover mover = HistoryMover.start(store, new HistoryMetrics(registry));
        lifecycle.onStop("moving of history", mover::close);
        return store;
    }
}
