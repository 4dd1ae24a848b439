package org.steadfast.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.persistence.embedded.SharedPostgres;
import org.steadfast.persistence.store.ApplicationKeyStore;
import org.steadfast.persistence.store.ApplicationKeyStore.ApplicationKey;
import org.steadfast.persistence.store.EntityWrite;
import org.steadfast.persistence.store.ModelStore;
import org.steadfast.persistence.store.ModelStoreContract;
import org.steadfast.persistence.store.PropertyStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredEntity;
import org.steadfast.persistence.store.WriterRegistry;

@ExtendWith(SharedPostgres.class)
class PostgresModelStoreTest extends ModelStoreContract {
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
    protected ModelStore store() {
        return fresh.database().model();
    }

    @Override
    protected WriterRegistry writers() {
        return fresh.database().writers();
    }

    @Override
    protected PropertyStore properties() {
        return fresh.database().properties();
    }

    @Test
    void locksValuesInTheOrderOfBatchesWhenAThingIsDeleted() throws Exception {
        StoredEntity thing = store().create(lock("deleted"));

        assertThat(whileABatchHoldsTheFirstValue(thing, () -> store().delete("Locks", "deleted")))
                .isTrue();
    }

    @Test
    void locksValuesInTheOrderOfBatchesWhenAnUpdateDropsThem() throws Exception {
        StoredEntity thing = store().create(lock("updated"));

        assertThat(whileABatchHoldsTheFirstValue(
                                thing, () -> store().update(lock("updated"), thing.version(), List.of("b", "a")))
                        .entity()
                        .version())
                .isGreaterThan(thing.version());
    }

    private static EntityWrite lock(String name) {
        return new EntityWrite("Locks", name, Optional.empty(), "{}", List.of());
    }

    @Test
    void findsApplicationKeysByTheirHash() throws Exception {
        ApplicationKeyStore keys = fresh.database().applicationKeys();
        keys.put(new ApplicationKey("name", "user", true), bytes("1"));
        assertThat(keys.find(bytes("1"))).contains(new ApplicationKey("name", "user", true));
        assertThat(keys.find(bytes("2"))).isEmpty();

        keys.put(new ApplicationKey("name", "other", false), bytes("2"));
        assertThat(keys.find(bytes("1"))).isEmpty();
        assertThat(keys.find(bytes("2"))).contains(new ApplicationKey("name", "other", false));

        assertThatThrownBy(() -> keys.put(new ApplicationKey("another", "user", false), bytes("2")))
                .hasMessageContaining("exists under another name")
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.ALREADY_EXISTS));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Another transaction takes a, then b, while the change waits for a: it must not have taken b before. */
    private static <T> T whileABatchHoldsTheFirstValue(StoredEntity thing, Callable<T> change) throws Exception {
        String lock = "SELECT 1 FROM property_value WHERE thing_id = " + thing.id() + " AND property = '%s' FOR UPDATE";
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Connection batch = fresh.connect();
                Statement statement = batch.createStatement()) {
            // In the table b stands before a.
            for (String property : List.of("b", "a")) {
                statement.execute("INSERT INTO property_value (thing_id, property, value, value_time, quality, version)"
                        + " VALUES (" + thing.id() + ", '" + property + "', '', 0, 'GOOD', 1)");
            }
            batch.setAutoCommit(false);
            statement.execute(lock.formatted("a"));
            Future<T> changed = thread.submit(change);
            await().until(() -> fresh.superuser("SELECT count(*) FROM pg_stat_activity"
                            + " WHERE datname = current_database() AND wait_event_type = 'Lock'")
                    .equals("1"));
            statement.execute(lock.formatted("b") + " NOWAIT");
            batch.commit();
            return changed.get(20, TimeUnit.SECONDS);
        } finally {
            thread.shutdownNow();
        }
    }
}
