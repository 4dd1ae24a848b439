package org.steadfast.persistence.postgres;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.persistence.embedded.SharedPostgres;
import org.steadfast.persistence.store.EventJournal;
import org.steadfast.persistence.store.ModelStore;
import org.steadfast.persistence.store.ScheduleRunStore;
import org.steadfast.persistence.store.ScheduleStore;
import org.steadfast.persistence.store.ScheduleStoreContract;
import org.steadfast.persistence.store.WriterRegistry;

@ExtendWith(SharedPostgres.class)
class PostgresScheduleStoreTest extends ScheduleStoreContract {
    private static FreshDatabase fresh;

    @BeforeAll
    static void open(SharedPostgres.Server server) throws Exception {
        fresh = FreshDatabase.on(server);
    }

    @AfterAll
    static void close() {
        fresh.close();
    }

    @Override
    protected ScheduleStore schedules() {
        return fresh.database().schedules();
    }

    @Override
    protected ScheduleRunStore runs() {
        return fresh.database().scheduleRuns();
    }

    @Override
    protected ModelStore model() {
        return fresh.database().model();
    }

    @Override
    protected EventJournal journal() {
        return fresh.database().events();
    }

    @Override
    protected WriterRegistry writers() {
        return fresh.database().writers();
    }
}
