package org.steadfast.foundation.service;

import org.steadfast.persistence.store.DataTableStore;
import org.steadfast.persistence.store.HistoryStore;
import org.steadfast.persistence.store.ScheduleRunStore;
import org.steadfast.persistence.store.ScheduleStore;
import org.steadfast.persistence.store.StreamStore;

/** Where the platform's own services find what things hold besides their properties' present values. */
public record DataStores(
        DataTableStore dataTables,
        StreamStore streams,
        HistoryStore history,
        ScheduleStore schedules,
        ScheduleRunStore scheduleRuns) {}
