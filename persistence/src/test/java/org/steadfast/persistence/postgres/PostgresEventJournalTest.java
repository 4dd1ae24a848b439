package org.steadfast.persistence.postgres;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.persistence.embedded.SharedPostgres;
import org.steadfast.persistence.store.EventJournal;
import org.steadfast.persistence.store.EventJournalContract;
import org.steadfast.persistence.store.WriterRegistry;

@ExtendWith(SharedPostgres.class)
class PostgresEventJournalTest extends EventJournalContract {
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
    protected EventJournal journal() {
        return fresh.database().events();
    }

    @Override
    protected WriterRegistry writers() {
        return fresh.database().writers();
    }
}
