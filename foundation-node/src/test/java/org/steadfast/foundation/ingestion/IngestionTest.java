package org.steadfast.foundation.ingestion;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredValue;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.persistence.store.WriterId;

class IngestionTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final FakeDatabase database = new FakeDatabase();
    private final FakeState state = new FakeState();
    private final FakeStanding standing = new FakeStanding();
    private final Queue<String> fenced = new ConcurrentLinkedQueue<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Ingestion ingestion;

    private Ingestion start(int lanes, int mostWaiting, Duration deadline) throws Exception {
        ingestion = Ingestion.start(
                new WriterId("node", 1),
                database,
                state,
                Followers.none(),
                standing,
                new IngestionSettings(lanes, 500, mostWaiting, 1, 2, Duration.ofMillis(20), deadline),
                meters,
                fenced::add);
        return ingestion;
    }

    @AfterEach
    void stop() throws Exception {
        database.comeBack();
        database.letThrough(1_000_000);
        state.letThrough();
        if (ingestion != null) {
            ingestion.close();
        }
    }

    @Test
    void acknowledgesNothingWithoutALease() throws Exception {
        start(1, 100, LONG);
        state.hold();
        CompletableFuture<Void> underWay = write("p", "published too late");
        await().until(() -> state.begun().size() == 1);

        standing.lose("the cluster may have gone on");
        state.letThrough();

        assertRefused(underWay, "the cluster may have gone on", false);
        assertRefused(write("p", "not begun"), "the cluster may have gone on", true);
        assertThat(database.batches()).hasSize(1);
        standing.regain();
        write("p", "again").get(10, TimeUnit.SECONDS);
    }

    @Test
    void answersInTimeWhereSharedStateDoesNot() throws Exception {
        start(1, 100, Duration.ofMillis(300));
        state.hold();

        assertRefused(write("p", "hangs"), "shared state did not take the values in time", false);

        state.letThrough();
        write("p", "goes on").get(10, TimeUnit.SECONDS);
    }

    @Test
    void givesNoSlotToAnotherBatchBeforeItsOwnIsPublished() throws Exception {
        start(1, 100, LONG);
        state.hold();
        List<CompletableFuture<Void>> updates = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            updates.add(write("p" + i, "value"));
            int batches = i + 1;
            await().until(() -> database.batches().size() == batches);
        }
        updates.add(write("waits", "for a slot"));
        await().pollDelay(Duration.ofMillis(300)).until(() -> database.batches().size() == 3);
        assertThat(database.slots()).containsExactlyInAnyOrder(0, 1, 2);

        state.letThrough();
        for (CompletableFuture<Void> update : updates) {
            update.get(10, TimeUnit.SECONDS);
        }
        assertThat(database.batches()).hasSize(4);
    }

    @Test
    void refusesMoreBytesThanItsBoundAndTakesThemAgainWhenThereIsRoom() throws Exception {
        start(1, 100, LONG);
        database.hold();
        String large = "x".repeat(600_000);
        CompletableFuture<Void> first = write("p", large);

        assertRefused(write("q", large), "too many bytes of updates are waiting", true);
        CompletableFuture<Void> small = write("q", "small");
        database.letThrough(100);

        first.get(10, TimeUnit.SECONDS);
        small.get(10, TimeUnit.SECONDS);
        write("q", large).get(10, TimeUnit.SECONDS);
        // One update alone may be larger than the bound.
        write("q", "x".repeat(2_000_000)).get(10, TimeUnit.SECONDS);
    }

    @Test
    void acknowledgesWhatIsCommittedAndPublishedAndNotBefore() throws Exception {
        start(1, 100, LONG);
        database.hold();
        state.hold();

        CompletableFuture<Void> acknowledged = write("p", "value");
        database.awaitWaiting();
        assertThat(acknowledged).isNotDone();
        assertThat(state.begun()).isEmpty();

        database.letThrough(1);
        await().until(() -> state.begun().size() == 1);
        assertThat(acknowledged).isNotDone();
        assertThat(database.held(key("p"))).isPresent();

        state.letThrough();
        acknowledged.get(10, TimeUnit.SECONDS);
        assertThat(state.begun().get(0)).containsExactly(database.held(key("p")).orElseThrow());
        assertThat(count("steadfast.ingestion.acknowledged.values")).isEqualTo(1);
    }

    @Test
    void writesTogetherWhatWaitedWhileABatchWasUnderWay() throws Exception {
        start(1, 100, LONG);
        database.hold();
        begin("first", "1");
        database.awaitWaiting();

        List<CompletableFuture<Void>> more = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            more.add(write("p" + i % 10, "value " + i));
        }
        database.letThrough(2);
        for (CompletableFuture<Void> one : more) {
            one.get(10, TimeUnit.SECONDS);
        }

        assertThat(database.batches()).hasSize(2);
        assertThat(database.batches().get(1)).hasSize(10);
        assertThat(text(database.held(key("p3")).orElseThrow())).isEqualTo("value 13");
    }

    @Test
    void writesADirectAndAStampedWriteOfOneKeyOneAfterTheOther() throws Exception {
        start(1, 100, LONG);
        database.hold();
        begin("first", "1");
        database.awaitWaiting();

        begin("p", "user");
        var unused = ingestion.write(List.of(new ValueWrite(key("p"), bytes("device"), 0, "GOOD", 3, 1)));
        CompletableFuture<Void> last = write("q", "afterwards");
        database.letThrough(10);
        last.get(10, TimeUnit.SECONDS);

        assertThat(database.batches()).hasSize(3);
        assertThat(database.batches().get(2)).hasSize(2);
        assertThat(text(database.held(key("p")).orElseThrow())).isEqualTo("device");
    }

    @Test
    void writesOnWhileEarlierBatchesArePublishedButNotTooMany() throws Exception {
        start(1, 100, LONG);
        state.hold();
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            int batches = i;
            writes.add(write("p", "value " + i));
            await().until(() -> state.begun().size() == batches);
        }
        writes.add(write("p", "fourth"));

        // Three are on their way into shared state; the fourth has no slot yet.
        await().during(Duration.ofMillis(200)).until(() -> state.begun().size() == 3);
        assertThat(database.batches()).hasSize(3);
        assertThat(writes).allSatisfy(one -> assertThat(one).isNotDone());

        state.letThrough();
        for (CompletableFuture<Void> one : writes) {
            one.get(10, TimeUnit.SECONDS);
        }
        assertThat(text(database.held(key("p")).orElseThrow())).isEqualTo("fourth");
    }

    @Test
    void keepsOneThingInOneLaneAndUsesAllLanes() throws Exception {
        start(4, 100, LONG);
        database.hold();
        for (int thing = 0; thing < 100; thing++) {
            var unused =
                    ingestion.write(List.of(new ValueWrite(new PropertyKey(thing, "p"), bytes("x"), 0, "GOOD", 0, 0)));
        }
        for (int lane = 0; lane < 4; lane++) {
            database.awaitWaiting();
        }
        // Each lane has its first batch under way now.
        database.letThrough(1_000_000);
        await().until(() -> database.held(new PropertyKey(99, "p")).isPresent());
    }

    @Test
    void refusesAtOnceWhatFindsNoRoom() throws Exception {
        start(1, 3, LONG);
        database.hold();
        begin("under way", "0");
        database.awaitWaiting();
        for (int i = 0; i < 3; i++) {
            begin("p" + i, "waits");
        }

        assertRefused(write("too much", "x"), "too many updates are waiting", true);
        assertThat(count("steadfast.ingestion.overloaded.updates")).isEqualTo(1);
        database.letThrough(10);
        await().until(() -> database.held(key("p2")).isPresent());
        assertThat(database.held(key("too much"))).isEmpty();
    }

    @Test
    void refusesWhatWaitedTooLongBehindAnotherBatch() throws Exception {
        start(1, 100, Duration.ofMillis(100));
        database.hold();
        CompletableFuture<Void> first = write("first", "1");
        database.awaitWaiting();
        CompletableFuture<Void> second = write("second", "2");

        await().pollDelay(Duration.ofMillis(150)).until(() -> true);
        database.letThrough(10);

        first.get(10, TimeUnit.SECONDS);
        assertRefused(second, "waited longer than 100 ms", true);
        assertThat(database.held(key("second"))).isEmpty();
    }

    @Test
    void keepsUpdatesWaitingWhileTheDatabaseIsAway() throws Exception {
        start(1, 100, LONG);
        write("before", "0").get(10, TimeUnit.SECONDS);
        database.goAway();
        CompletableFuture<Void> first = write("first", "1");
        CompletableFuture<Void> second = write("second", "2");
        await().during(Duration.ofMillis(300)).until(() -> !first.isDone() && !second.isDone());

        database.comeBack();

        first.get(10, TimeUnit.SECONDS);
        second.get(10, TimeUnit.SECONDS);
        assertThat(text(database.held(key("second")).orElseThrow())).isEqualTo("2");
    }

    @Test
    void letsNoUpdateWaitForTheDatabaseBeyondItsDeadline() throws Exception {
        Duration deadline = Duration.ofMillis(1_500);
        start(1, 100, deadline);
        database.goAway();
        CompletableFuture<Void> first = write("first", "1");
        await().pollDelay(Duration.ofMillis(1_000)).until(() -> true);
        // Not yet expired when the first one is, and so in the next batch with those that come later.
        CompletableFuture<Void> second = write("second", "2");
        await().pollDelay(Duration.ofMillis(400)).until(() -> true);
        CompletableFuture<Void> third = write("third", "3");
        long begin = System.nanoTime();

        assertRefused(first, "the database does not answer", true);
        assertRefused(second, "the database does not answer", true);
        // Had the second waited for the third to expire, it would have taken 1.5 s from here.
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(1_490));
        assertThat(third).isNotDone();
        database.comeBack();
        third.get(10, TimeUnit.SECONDS);
        assertThat(database.held(key("second"))).isEmpty();
        assertThat(count("steadfast.ingestion.unavailable.updates")).isEqualTo(2);
    }

    @Test
    void settlesABatchOfUnknownOutcomeBeforeTheNextIsWritten() throws Exception {
        start(1, 100, LONG);
        database.hold();
        database.afterNextWrite(FakeDatabase.failing(StoreException.Kind.UNAVAILABLE));
        CompletableFuture<Void> lost = write("p", "committed all the same");
        database.awaitWaiting();
        CompletableFuture<Void> next = write("q", "next");
        database.letThrough(10);

        assertRefused(lost, "connection to the database was lost", false);
        next.get(10, TimeUnit.SECONDS);

        StoredValue held = database.held(key("p")).orElseThrow();
        assertThat(text(held)).isEqualTo("committed all the same");
        assertThat(database.reads()).containsExactly(List.of(key("p")));
        assertThat(state.begun().get(0)).containsExactly(held);
        assertThat(state.begun().get(1)).containsExactly(database.held(key("q")).orElseThrow());
    }

    @Test
    void settlesABatchOfUnknownOutcomeEvenIfNothingMoreComes() throws Exception {
        start(1, 100, LONG);
        database.afterNextWrite(() -> {
            database.goAway();
            throw new StoreException(StoreException.Kind.UNAVAILABLE, "lost");
        });
        assertRefused(write("p", "committed all the same"), "connection to the database was lost", false);
        assertThat(state.begun()).isEmpty();

        database.comeBack();

        await().until(() -> state.begun().size() == 1);
        assertThat(state.begun().get(0)).containsExactly(database.held(key("p")).orElseThrow());
    }

    @Test
    void settlesABatchThatWasNotCommitted() throws Exception {
        start(1, 100, LONG);
        database.beforeNextWrite(FakeDatabase.failing(StoreException.Kind.UNAVAILABLE));

        assertRefused(write("p", "lost"), "connection to the database was lost", false);
        write("p", "next").get(10, TimeUnit.SECONDS);

        assertThat(database.reads()).containsExactly(List.of(key("p")));
        assertThat(text(database.held(key("p")).orElseThrow())).isEqualTo("next");
    }

    @Test
    void goesOnAfterABatchThatTheDatabaseRefuses() throws Exception {
        start(1, 100, LONG);
        database.beforeNextWrite(FakeDatabase.failing(StoreException.Kind.FAILED));

        assertRefused(write("p", "refused"), "the database failed", false);
        write("p", "next").get(10, TimeUnit.SECONDS);
        assertThat(database.reads()).containsExactly(List.of(key("p")));
        assertThat(fenced).isEmpty();
    }

    @Test
    void goesOnAfterADefectOfItsOwn() throws Exception {
        start(1, 100, LONG);
        database.beforeNextWrite(() -> {
            throw new IllegalStateException("a defect");
        });

        assertRefused(write("p", "unlucky"), "the node could not write", false);
        write("p", "next").get(10, TimeUnit.SECONDS);
    }

    @Test
    void tellsThatItIsFencedOnceAndWritesNothingMore() throws Exception {
        start(1, 100, LONG);
        database.hold();
        database.beforeNextWrite(FakeDatabase.failing(StoreException.Kind.FENCED));
        CompletableFuture<Void> first = write("p", "zombie");
        database.awaitWaiting();
        CompletableFuture<Void> waiting = write("q", "waits behind it");
        database.letThrough(10);

        assertRefused(first, "may not write any more", true);
        assertRefused(waiting, "may not write any more", true);
        await().until(() -> database.closedLanes() == 1);
        assertRefused(write("r", "too late"), "the node has stopped", true);
        assertThat(fenced).hasSize(1);
        assertThat(database.batches()).hasSize(1);
    }

    @Test
    void endsWhereItIsFencedWhileTheDatabaseWasAway() throws Exception {
        start(1, 100, LONG);
        database.goAway();
        CompletableFuture<Void> waiting = write("p", "waits");
        await().during(Duration.ofMillis(100)).until(() -> !waiting.isDone());

        database.fence();

        assertRefused(waiting, "may not write any more", true);
        await().until(() -> database.closedLanes() == 1);
        assertThat(fenced).hasSize(1);
        assertThat(database.batches()).isEmpty();
    }

    @Test
    void writesWhatWaitsBeforeItCloses() throws Exception {
        start(2, 1_000, LONG);
        database.hold();
        List<CompletableFuture<Void>> waiting = new ArrayList<>();
        for (int thing = 0; thing < 200; thing++) {
            waiting.add(
                    ingestion.write(List.of(new ValueWrite(new PropertyKey(thing, "p"), bytes("x"), 0, "GOOD", 0, 0))));
        }
        state.hold();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> {
            try {
                ingestion.close();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        await().until(() -> isRefused(
                ingestion.write(List.of(new ValueWrite(new PropertyKey(1, "late"), bytes("x"), 0, "GOOD", 0, 0)))));
        database.letThrough(1_000);
        await().until(() -> !state.begun().isEmpty());
        assertThat(closing).isNotDone();
        state.letThrough();

        closing.get(10, TimeUnit.SECONDS);
        assertThat(waiting).allSatisfy(one -> assertThat(one).isCompleted());
        assertThat(database.closedLanes()).isEqualTo(2);
    }

    @Test
    void leavesNobodyWithoutAnAnswerWhenItsTimeToCloseIsOver() throws Exception {
        start(1, 100, Duration.ofMillis(200));
        state.hold();
        for (int i = 1; i <= 2; i++) {
            int batches = i;
            begin("p" + i, "being published");
            await().until(() -> state.begun().size() == batches);
        }
        // Committed, and on its way into shared state, which does not answer.
        CompletableFuture<Void> committed = write("q", "committed");
        await().until(() -> database.held(key("q")).isPresent());
        CompletableFuture<Void> waiting = write("r", "waits");

        ingestion.close();

        assertRefused(committed, "shared state did not take the values in time", false);
        assertRefused(waiting, "", true);
        assertRefused(write("s", "too late"), "the node is stopping", true);
    }

    @Test
    void answersEveryUpdateThatComesWhileItCloses() throws Exception {
        for (int round = 0; round < 20; round++) {
            start(1, 10_000, LONG);
            List<CompletableFuture<Void>> answers = new ArrayList<>();
            Ingestion closing = ingestion;
            Thread closer = new Thread(() -> {
                try {
                    closing.close();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            for (int i = 0; i < 3_000; i++) {
                answers.add(write("p" + i % 7, "x"));
                if (i == 50 + round * 100) {
                    closer.start();
                }
            }
            closer.join();
            CompletableFuture<?> all = CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
            await().atMost(Duration.ofSeconds(10)).until(all::isDone);
        }
    }

    private void begin(String property, String value) {
        var unused = write(property, value);
    }

    private CompletableFuture<Void> write(String property, String value) {
        return ingestion.write(List.of(new ValueWrite(key(property), bytes(value), 0, "GOOD", 0, 0)));
    }

    private static PropertyKey key(String property) {
        return new PropertyKey(7, property);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(StoredValue value) {
        return new String(value.value(), UTF_8);
    }

    private double count(String meter) {
        return meters.get(meter).counter().count();
    }

    private static boolean isRefused(CompletableFuture<Void> write) {
        return write.isCompletedExceptionally();
    }

    private static void assertRefused(CompletableFuture<Void> write, String why, boolean outcomeKnown) {
        assertThatThrownBy(() -> write.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .hasMessageContaining(why)
                .isInstanceOfSatisfying(
                        IngestionException.class,
                        e -> assertThat(e.outcomeKnown()).isEqualTo(outcomeKnown));
    }
}
