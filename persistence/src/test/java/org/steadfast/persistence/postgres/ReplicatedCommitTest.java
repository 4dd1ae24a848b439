package org.steadfast.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.persistence.embedded.SharedPostgres;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.persistence.store.WriterId;
import org.steadfast.persistence.store.WriterLane;
import org.steadfast.persistence.store.WriterRegistry;

/** A commit waits for a standby that does not come, and an administrator cancels the wait: PostgreSQL answers with success. */
@ExtendWith(SharedPostgres.class)
class ReplicatedCommitTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static FreshDatabase fresh;

    private final ExecutorService executor = Executors.newSingleThreadExecutor();

    @BeforeAll
    static void open(SharedPostgres.Server server) throws Exception {
        fresh = FreshDatabase.on(server);
    }

    @AfterAll
    static void close() {
        fresh.close();
    }

    @BeforeEach
    void beginWithNobodyToWaitFor() throws Exception {
        waitFor("");
    }

    @AfterEach
    void waitForNobody() throws Exception {
        executor.shutdownNow();
        waitFor("");
    }

    /** What counts is when the checkpointer has read it, which it does before it sleeps. */
    private static void waitFor(String standby) throws Exception {
        fresh.superuser("alter system set synchronous_standby_names = '" + standby + "'");
        fresh.superuser("select pg_reload_conf()");
        await().atMost(PATIENCE)
                .pollDelay(Duration.ofMillis(300))
                .until(() -> fresh.superuser(
                                "select wait_event from pg_stat_activity where backend_type = 'checkpointer'")
                        .startsWith("Checkpoint"));
    }

    @Test
    void ofABatchOfValues() throws Exception {
        WriterRegistry writers = fresh.database().writers();
        WriterId writer = writers.register("cancelled");
        WriterLane lane = writers.openLane(writer, 0, 1);
        lane.connect();
        ValueWrite value = new ValueWrite(new PropertyKey(1, "p"), new byte[] {1}, 1, "GOOD", 0, 0);
        isNotAcknowledged(() -> lane.write(0, List.of(value)));
        lane.close();
    }

    @Test
    void ofOneStatement() throws Exception {
        isNotAcknowledged(() -> {
            fresh.database().credentials().put("somebody", "hash");
            return null;
        });
    }

    private void isNotAcknowledged(Callable<?> write) throws Exception {
        waitFor("nobody");
        Future<?> answer = executor.submit(write);
        // Until one waits: the server's processes may not all have read the setting yet.
        await().atMost(PATIENCE)
                .until(() -> answer.isDone()
                        || !fresh.superuser(
                                        "select pg_cancel_backend(pid)::text from pg_stat_activity where wait_event = 'SyncRep'")
                                .isEmpty());
        assertThat(answer)
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .withCauseInstanceOf(StoreException.class)
                .satisfies(e ->
                        assertThat(((StoreException) e.getCause()).kind()).isEqualTo(StoreException.Kind.UNAVAILABLE))
                .withMessageContaining("without a standby");
    }
}
