package org.steadfast.persistence.postgres;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.persistence.embedded.SharedPostgres;
import org.steadfast.persistence.store.DataTableStore;
import org.steadfast.persistence.store.DataTableStoreContract;
import org.steadfast.persistence.store.ModelStore;

@ExtendWith(SharedPostgres.class)
class PostgresDataTableStoreTest extends DataTableStoreContract {
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
    protected DataTableStore store() {
        return fresh.database().dataTables();
    }

    @Override
    protected ModelStore model() {
        return fresh.database().model();
    }
}
