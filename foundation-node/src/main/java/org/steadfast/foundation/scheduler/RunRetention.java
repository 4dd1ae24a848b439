package org.steadfast.foundation.scheduler;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.store.ScheduleRunStore;
import org.steadfast.persistence.store.ScheduleStore;
import org.steadfast.persistence.store.StoreException;

/** Removes the records of fires that are as old as the settings say. Used by one thread. */
public final class RunRetention {
    private static final Logger log = LoggerFactory.getLogger(RunRetention.class);

    private final ScheduleStore schedules;
    private final ScheduleRunStore runs;
    private final Duration kept;

    public RunRetention(ScheduleStore schedules, ScheduleRunStore runs, Duration kept) {
        this.schedules = schedules;
        this.runs = runs;
        this.kept = kept;
    }

    /** Does what there is to be done by now. */
    public void run() throws StoreException {
        long removed = runs.removeBefore(schedules.now() - kept.toMillis());
        if (removed > 0) {
            log.info("{} records of fires and runs are older than {}, and were removed", removed, kept);
        }
    }
}
