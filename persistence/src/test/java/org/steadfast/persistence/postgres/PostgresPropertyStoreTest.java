package org.steadfast.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.persistence.embedded.SharedPostgres;
import org.steadfast.persistence.store.PropertyStore;
import org.steadfast.persistence.store.PropertyStoreContract;

@ExtendWith(SharedPostgres.class)
class PostgresPropertyStoreTest extends PropertyStoreContract {
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
    protected PropertyStore store() {
        return fresh.database().properties();
    }

    @Override
    protected void fence(String node, int lane) throws Exception {
        fresh.superuser("UPDATE writer_lane SET fenced = true WHERE node = '" + node + "' AND lane = " + lane);
    }

    @Override
    protected void breakLanes() throws Exception {
        // Told from the connections of the pool by what they ran last.
        assertThat(fresh.superuser("SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                        + " AND (query LIKE 'with fence %' OR query LIKE '%from unnest(%')"))
                .isNotEqualTo("0");
    }
}
