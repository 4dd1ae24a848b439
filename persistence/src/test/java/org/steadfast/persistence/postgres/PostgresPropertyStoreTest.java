package org.steadfast.persistence.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.persistence.embedded.SharedPostgres;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.PropertyStore;
import org.steadfast.persistence.store.PropertyStoreContract;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.persistence.store.WriterId;
import org.steadfast.persistence.store.WriterLane;
import org.steadfast.persistence.store.WriterRegistry;

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
    protected WriterRegistry writers() {
        return fresh.database().writers();
    }

    @Override
    protected void breakLanes() throws Exception {
        // Told from the connections of the pool by what they ran last.
        assertThat(fresh.superuser("SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                        + " AND (query LIKE 'with fence %' OR query LIKE '%from unnest(%')"))
                .isNotEqualTo("0");
    }

    @Override
    protected AutoCloseable holdValue(String property, long thing) throws Exception {
        try (WriterLane lane = lane("holder " + thing)) {
            lane.write(
                    0,
                    List.of(new ValueWrite(new PropertyKey(thing, property), "held".getBytes(UTF_8), 0, "GOOD", 0, 0)));
        }
        Connection holder = fresh.connect();
        holder.setAutoCommit(false);
        try (Statement statement = holder.createStatement()) {
            statement.execute("SELECT 1 FROM property_value WHERE thing_id = " + thing + " FOR UPDATE");
        }
        return holder;
    }

    @Override
    protected int batchesWaiting() throws Exception {
        return Integer.parseInt(fresh.superuser("SELECT count(*) FROM pg_stat_activity WHERE datname ="
                + " current_database() AND wait_event_type = 'Lock' AND query LIKE 'with fence %'"));
    }

    @Test
    void keepsALostStatementFromWritingLater() throws Exception {
        PropertyKey key = new PropertyKey(1L << 40, "p");
        try (WriterLane lane = lane("lost statement");
                Connection holder = fresh.connect();
                Statement statement = holder.createStatement()) {
            lane.write(0, List.of(write(key, "before")));
            // The statement holds its fence row and waits for the row of the value.
            holder.setAutoCommit(false);
            statement.execute("SELECT 1 FROM property_value WHERE thing_id = " + key.thingId() + " FOR UPDATE");
            ExecutorService thread = Executors.newSingleThreadExecutor();
            try {
                Future<?> lost = thread.submit(() -> lane.write(0, List.of(write(key, "lost"))));
                await().until(() -> fresh.superuser("SELECT count(*) FROM pg_stat_activity WHERE datname ="
                                + " current_database() AND wait_event_type = 'Lock' AND query LIKE 'with fence %'")
                        .equals("1"));
                breakLanes();
                assertThatThrownBy(() -> lost.get(20, TimeUnit.SECONDS))
                        .cause()
                        .isInstanceOfSatisfying(
                                StoreException.class,
                                e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.UNAVAILABLE));
            } finally {
                thread.shutdownNow();
            }
            holder.rollback();

            lane.connect();
            assertThat(lane.read(List.of(key)))
                    .singleElement()
                    .satisfies(
                            held -> assertThat(new String(held.value(), UTF_8)).isEqualTo("before"));
            // A statement of the lane as it was before would find that it may not write.
            assertThat(fresh.superuser("SELECT min(renewal) FROM writer_batch WHERE node = 'lost statement'"))
                    .isEqualTo("1");
            assertThat(lane.write(0, List.of(write(key, "after")))).hasSize(1);
        }
    }

    @Test
    void isFencedWhereTheClusterFencedItWhileItHadNoConnection() throws Exception {
        PropertyKey key = new PropertyKey(1L << 41, "p");
        try (WriterLane lane = lane("fenced meanwhile")) {
            lane.write(0, List.of(write(key, "before")));
            breakLanes();
            assertThatThrownBy(() -> lane.write(0, List.of(write(key, "lost")))).isInstanceOf(StoreException.class);
            writers().fence(new WriterId("fenced meanwhile", Long.MAX_VALUE));

            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(lane::connect)
                        .isInstanceOfSatisfying(
                                StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.FENCED));
            }
            assertThatThrownBy(() -> lane.write(0, List.of(write(key, "zombie"))))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.FENCED));
        }
    }

    private WriterLane lane(String node) throws StoreException {
        return writers().openLane(writers().register(node), 0, 2);
    }

    private static ValueWrite write(PropertyKey key, String value) {
        return new ValueWrite(key, value.getBytes(UTF_8), 0, "GOOD", 0, 0);
    }
}
