package org.steadfast.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.persistence.embedded.SharedPostgres;
import org.steadfast.persistence.store.EntityWrite;
import org.steadfast.persistence.store.EventJournal;
import org.steadfast.persistence.store.ModelStore;
import org.steadfast.persistence.store.ScheduleRunStore;
import org.steadfast.persistence.store.ScheduleStore;
import org.steadfast.persistence.store.ScheduleStoreContract;
import org.steadfast.persistence.store.WriterId;
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

    /** Otherwise a claim that was slow could be committed after those of the one who has taken over. */
    @Test
    void whoTakesTheRoleWaitsForTheClaimsUnderWay() throws Exception {
        WriterId slow = writers().register("slow");
        WriterId next = writers().register("next");
        long thing = model().create(new EntityWrite("Things", "Held", Optional.empty(), "{}", List.of()))
                .id();
        long epoch = schedules().lead(slow);
        schedules().begin(epoch, List.of(new ScheduleStore.Progress(thing, "every 100 ms", 0)));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (Connection holder = fresh.connect();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("select from schedule_progress where thing_id = " + thing + " for update");
            Future<ScheduleStore.Claimed> claim = threads.submit(() ->
                    schedules().claim(epoch, slow, List.of(new ScheduleStore.Claim(thing, 0, 100, List.of()))));
            awaitWaiting(1);
            Future<Long> lead = threads.submit(() -> schedules().lead(next));
            awaitWaiting(2);
            assertThat(lead).isNotDone();
            holder.rollback();
            assertThat(claim.get(20, TimeUnit.SECONDS).things()).containsExactly(thing);
            assertThat(lead.get(20, TimeUnit.SECONDS)).isGreaterThan(epoch);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void awaitWaiting(int statements) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> fresh.superuser("select count(*) from pg_stat_activity where datname = '" + fresh.name()
                                + "' and wait_event_type = 'Lock'")
                        .equals(Integer.toString(statements)));
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
