package org.steadfast.persistence.postgres;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.persistence.embedded.SharedPostgres;
import org.steadfast.persistence.store.ModelStore;
import org.steadfast.persistence.store.StreamStore;
import org.steadfast.persistence.store.StreamStoreContract;

@ExtendWith(SharedPostgres.class)
class PostgresStreamStoreTest extends StreamStoreContract {
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
    protected StreamStore store() {
        return fresh.database().streams();
    }

    @Override
    protected ModelStore model() {
        return fresh.database().model();
    }
}
