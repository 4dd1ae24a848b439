package org.steadfast.persistence.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.persistence.embedded.SharedPostgres;
import org.steadfast.persistence.postgres.FreshDatabase;
import org.steadfast.persistence.postgres.HistoryTarget;
import org.steadfast.persistence.store.Follow;
import org.steadfast.persistence.store.FollowedWrites;
import org.steadfast.persistence.store.HistoryEntry;
import org.steadfast.persistence.store.HistoryInterval;
import org.steadfast.persistence.store.HistoryStore;
import org.steadfast.persistence.store.HistoryStoreContract;
import org.steadfast.persistence.store.ModelStore;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.TimeRange;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.persistence.store.WriterId;
import org.steadfast.persistence.store.WriterLane;
import org.steadfast.persistence.store.WriterRegistry;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.ValueCodec;

/** With a real InfluxDB and a real PostgreSQL. */
@ExtendWith(SharedPostgres.class)
class InfluxHistoryStoreTest extends HistoryStoreContract {
    private static FreshDatabase fresh;
    private static InfluxServer server;

    @BeforeAll
    static void open(SharedPostgres.Server postgres) throws Exception {
        fresh = FreshDatabase.on(postgres);
        server = InfluxServer.start();
    }

    @AfterAll
    static void close() throws Exception {
        server.close();
        fresh.close();
    }

    @Override
    protected HistoryStore store() {
        return store("steadfast");
    }

    private static InfluxHistoryStore store(String database) {
        return new InfluxHistoryStore(
                server.settings(database),
                new InfluxHistoryStore.Database(
                        fresh.database().history(HistoryTarget.MOVES),
                        fresh.database().historyOutbox(),
                        fresh.database().deletedThings()));
    }

    @Override
    protected ModelStore model() {
        return fresh.database().model();
    }

    @Test
    void aBatchOfValuesKeepsItsHistoryInItsTransaction() throws Exception {
        WriterRegistry writers = fresh.database().writers(HistoryTarget.MOVES);
        WriterId writer = writers.register("batches");
        byte[] large = ValueCodec.toBytes(Value.string("x".repeat(100_000)));
        ValueWrite first = number(1000, 1);
        ValueWrite last = new ValueWrite(first.key(), large, 2000, "GOOD", 0, 0);
        for (boolean heard : new boolean[] {false, true}) {
            List<FollowedWrites> followed = List.of(new FollowedWrites(
                    first.key(), new Follow("Logged", heard, false, true), List.of(first, last, number(3000, 3))));
            try (WriterLane lane = writers.openLane(writer, heard ? 1 : 0, 1)) {
                lane.write(0, List.of(last), followed);
                assertThat(rows("history_outgoing")).isEqualTo(heard ? 4 : 2);
                writers.fence(writer);
                assertThatThrownBy(() -> lane.write(0, List.of(last), followed)).isInstanceOf(StoreException.class);
            }
            writer = writers.register("batches");
        }
        assertThat(rows("history_outgoing")).isEqualTo(4);
        assertThat(store.query(thing, "level", TimeRange.ALWAYS, true, 10))
                .extracting(HistoryEntry::time)
                .containsExactly(1000L, 2000L, 3000L);
    }

    @Test
    void whatIsMovedIsNowhereElse() throws Exception {
        store.append(List.of(number(1000, 1), number(2000, 2)));
        assertThat(rows("history_outgoing")).isEqualTo(2);
        moveAll();

        assertThat(rows("history_outgoing")).isZero();
        assertThat(rows("property_history")).isZero();
        assertThat(numbers(TimeRange.ALWAYS, true, 10)).containsExactly(1.0, 2.0);
    }

    @Test
    void whatWaitsIsFoundAndWhatIsMovedAndComesAgainIsOneEntry() throws Exception {
        store.append(List.of(number(1000, 1), number(2000, 2)));
        moveAll();
        store.append(List.of(number(1000, 1), number(3000, 3)));

        assertThat(numbers(TimeRange.ALWAYS, false, 10)).containsExactly(3.0, 2.0, 1.0);
    }

    @Test
    void valuesOfAllKindsComeBackAsTheyWere() throws Exception {
        List<Value> values = List.of(
                Value.number(0.1),
                Value.number(-0.0),
                Value.number(Double.NaN),
                Value.number(Double.MIN_VALUE),
                Value.number(-Double.MAX_VALUE),
                new Value.Int(7),
                new Value.Long(Long.MAX_VALUE),
                Value.string(""),
                Value.string("two\nlines, \"quoted\" = \\ ü 🚀"),
                new Value.Location(8.4, 49.0, 115),
                Value.NOTHING);
        List<ValueWrite> writes = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            writes.add(new ValueWrite(
                    new PropertyKey(thing, "a \"b\", 'c' = d"),
                    ValueCodec.toBytes(values.get(i)),
                    i,
                    i % 2 == 0 ? "GOOD" : "\"UN\\CERTAIN\"",
                    0,
                    0));
        }
        store.append(writes);

        List<HistoryEntry> found = store.query(thing, "a \"b\", 'c' = d", TimeRange.ALWAYS, true, 100);
        assertThat(found).hasSameSizeAs(values);
        for (int i = 0; i < values.size(); i++) {
            assertThat(found.get(i).value())
                    .as(values.get(i).toString())
                    .isEqualTo(writes.get(i).value());
            assertThat(found.get(i).quality()).isEqualTo(writes.get(i).quality());
            assertThat(found.get(i).time()).isEqualTo(i);
        }
    }

    @Test
    void whatInfluxCannotHoldStaysAndIsFoundAmongTheOthers() throws Exception {
        byte[] large = ValueCodec.toBytes(Value.string("x".repeat(100_000)));
        store.append(List.of(
                number(1000, 1),
                new ValueWrite(new PropertyKey(thing, "level"), large, 2000, "GOOD", 0, 0),
                number(3000, 3),
                new ValueWrite(new PropertyKey(thing, "back\\slash"), large, 1, "GOOD", 0, 0),
                new ValueWrite(
                        new PropertyKey(thing, "back\\slash"), ValueCodec.toBytes(Value.number(5)), 2, "GOOD", 0, 0)));
        moveAll();

        assertThat(rows("property_history")).isEqualTo(3);
        assertThat(rows("history_outgoing")).isZero();
        assertThat(store.query(thing, "level", TimeRange.ALWAYS, true, 10))
                .extracting(entry -> entry.value().length)
                .containsExactly(9, large.length, 9);
        assertThat(store.query(thing, "level", TimeRange.ALWAYS, false, 2))
                .extracting(HistoryEntry::time)
                .containsExactly(3000L, 2000L);
        assertThat(store.query(thing, "back\\slash", TimeRange.ALWAYS, true, 10))
                .hasSize(2);
        assertThat(store.purge(thing, List.of("level"), new TimeRange(2000, 3000)))
                .isEqualTo(2);
        assertThat(numbers(TimeRange.ALWAYS, true, 10)).containsExactly(1.0);
    }

    @Test
    void whatInfluxRefusesStaysAndDoesNotHoldUpTheOthers() throws Exception {
        InfluxHistoryStore other = store("conflict");
        other.append(List.of(number(1, 1)));
        other.move(10);
        // Somebody else's: the value of such a point is a number from then on, in that week, and of an entry a text.
        long week = 1_000_000_000_000L;
        assertThat(server.write("conflict", "property_history,thing=0 value=1 " + week + "000000")
                        .statusCode())
                .isEqualTo(204);
        List<ValueWrite> writes = new ArrayList<>();
        for (int i = 2; i < 40; i++) {
            writes.add(number(i % 10 == 0 ? week + i : i, i));
        }
        other.append(writes);
        moveAll(other);

        assertThat(rows("property_history")).isEqualTo(3);
        assertThat(other.query(thing, "level", new TimeRange(0, 100), true, 100))
                .hasSize(36);
        assertThat(other.query(thing, "level", new TimeRange(week, week + 100), true, 100))
                .extracting(HistoryEntry::time)
                .containsExactly(week + 10, week + 20, week + 30);
    }

    @Test
    void whatWasWrittenWhileInfluxWasAwayIsThereAfterwards() throws Exception {
        InfluxHistoryStore own = store("away");
        own.append(List.of(number(1, 1)));
        own.move(10);
        server.kill();
        try {
            own.append(List.of(number(2, 2), number(3, 3)));
            assertThatThrownBy(() -> own.move(10))
                    .isInstanceOf(StoreException.class)
                    .extracting(e -> ((StoreException) e).kind())
                    .isEqualTo(StoreException.Kind.UNAVAILABLE);
            assertThatThrownBy(() -> own.query(thing, "level", TimeRange.ALWAYS, true, 10))
                    .hasMessageContaining("InfluxDB at " + server.url());
            assertThat(own.waiting(100)).isEqualTo(2);
            assertThat(own.waiting(1)).isEqualTo(1);
        } finally {
            server.startAgain();
        }
        assertThat(own.query(thing, "level", TimeRange.ALWAYS, true, 10))
                .extracting(HistoryEntry::time)
                .containsExactly(1L, 2L, 3L);
    }

    @Test
    void severalMoveAtTheSameTimeAndEachEntryIsThereOnce() throws Exception {
        int number = 6_000;
        for (int begin = 0; begin < number; begin += 1000) {
            store.append(IntStream.range(begin, begin + 1000)
                    .mapToObj(i -> number(i / 3, i))
                    .toList());
        }
        List<CompletableFuture<Void>> movers = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.runAsync(() -> {
                    try {
                        moveAll((InfluxHistoryStore) store());
                    } catch (StoreException e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();
        // Meanwhile somebody asks, and finds all of it.
        assertThat(numbers(TimeRange.ALWAYS, true, number + 1))
                .containsExactlyElementsOf(
                        IntStream.range(0, number).mapToObj(Double::valueOf).toList());
        for (CompletableFuture<Void> mover : movers) {
            mover.get();
        }
        assertThat(numbers(TimeRange.ALWAYS, false, number + 1)).hasSize(number);
        assertThat(rows("history_outgoing")).isZero();
    }

    /** As after an hour without InfluxDB: the database has made its plans while there was next to nothing. */
    @Test
    void aBacklogIsMovedHoweverFewEntriesThereWereBefore() throws Exception {
        for (int i = 0; i < 10; i++) {
            store.append(List.of(number(i, i)));
            moveAll();
        }
        for (int begin = 0; begin < 80_000; begin += 1000) {
            store.append(IntStream.range(begin, begin + 1000)
                    .mapToObj(i -> number(1000 + i, i))
                    .toList());
        }
        moveAll();
        assertThat(rows("history_outgoing")).isZero();
    }

    @Test
    void anIntervalOfWhichAPartStayedIsOneInterval() throws Exception {
        HistoryStore before = fresh.database().history(HistoryTarget.STAYS);
        before.append(List.of(number(10, 4), number(20, 9), text(5)));
        store.append(List.of(number(30, 1), number(40, 6), number(150, 2)));

        HistoryInterval first = new HistoryInterval(0, 4, 1, 9, 5, 4, 6);
        assertThat(store.aggregate(thing, "level", new TimeRange(0, 199), 100, 10))
                .containsExactly(first, new HistoryInterval(100, 1, 2, 2, 2, 2, 2));
        assertThat(store.aggregate(thing, "level", new TimeRange(0, 199), 100, 1))
                .containsExactly(first);
        assertThat(store.aggregate(thing, "level", TimeRange.ALWAYS, Long.MAX_VALUE, 10))
                .containsExactly(new HistoryInterval(0, 5, 1, 9, 4.4, 4, 2));
    }

    @Test
    void whereInfluxIsNotUsedAnyMoreWhatWaitsStays() throws Exception {
        store.append(List.of(number(1, 1), number(2, 2)));
        HistoryStore after = fresh.database().history(HistoryTarget.STAYS);
        after.upkeep(System.currentTimeMillis());

        assertThat(rows("history_outgoing")).isZero();
        assertThat(after.query(thing, "level", TimeRange.ALWAYS, true, 10)).hasSize(2);
    }

    @Test
    void whatIsWrittenIsFoundAtOnceWhateverIsMovedMeanwhile() throws Exception {
        InfluxHistoryStore own = store("fresh" + thing);
        AtomicBoolean over = new AtomicBoolean();
        List<CompletableFuture<Void>> movers = IntStream.range(0, 2)
                .mapToObj(i -> CompletableFuture.runAsync(() -> {
                    try {
                        while (!over.get()) {
                            own.move(1_000);
                        }
                    } catch (StoreException e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();
        try {
            for (int i = 1; i <= 100; i++) {
                own.append(List.of(number(i, i)));
                assertThat(own.query(thing, "level", TimeRange.ALWAYS, true, 1000))
                        .extracting(HistoryEntry::time)
                        .hasSize(i)
                        .endsWith((long) i);
            }
        } finally {
            over.set(true);
        }
        for (CompletableFuture<Void> mover : movers) {
            mover.get();
        }
    }

    @Test
    void whereNothingWasWrittenYetThereIsNothing() throws Exception {
        InfluxHistoryStore own = store("never" + thing);
        assertThat(own.query(thing, "level", TimeRange.ALWAYS, true, 10)).isEmpty();
        assertThat(own.aggregate(thing, "level", TimeRange.ALWAYS, 100, 10)).isEmpty();
        assertThat(own.purge(thing, List.of(), TimeRange.ALWAYS)).isZero();
    }

    /** As a device sends it that had no answer when history began to go to InfluxDB. */
    @Test
    void whatPostgresHasAndComesAgainIsOneEntry() throws Exception {
        fresh.database().history(HistoryTarget.STAYS).append(List.of(number(1000, 1), number(2000, 2)));
        store.append(List.of(number(1000, 1), number(1000, 5), number(3000, 3)));
        moveAll();

        assertThat(numbers(TimeRange.ALWAYS, true, 10)).containsExactly(1.0, 5.0, 2.0, 3.0);
        assertThat(store.aggregate(thing, "level", new TimeRange(0, 9999), 10_000, 10))
                .extracting(HistoryInterval::count)
                .containsExactly(4L);
    }

    /** In both places: written here by a node without InfluxDB, after it had got there and the answer was lost. */
    @Test
    void whatIsInBothPlacesIsHandedOutOnce() throws Exception {
        store.append(List.of(number(1000, 1), number(1000, 2), number(2000, 2)));
        moveAll();
        fresh.database().history(HistoryTarget.STAYS).append(List.of(number(1000, 2), number(2000, 2)));

        assertThat(numbers(TimeRange.ALWAYS, true, 10)).containsExactly(1.0, 2.0, 2.0);
        assertThat(numbers(TimeRange.ALWAYS, false, 10)).containsExactly(2.0, 2.0, 1.0);
    }

    /** Moving does not wait for the disk: whoever purges does, or what he purged would be there again after a crash. */
    @Test
    void whatWasMovedBeforeAPurgeIsGoneForGood() throws Exception {
        store.append(List.of(number(1, 1)));
        moveAll();
        String before = fresh.superuser("SELECT pg_current_wal_insert_lsn()");
        store.purge(thing, List.of(), TimeRange.ALWAYS);
        assertThat(fresh.superuser("SELECT pg_current_wal_flush_lsn() > '" + before + "'"))
                .isEqualTo("t");
    }

    @Test
    void anInfluxThatDoesNotAnswerHoldsUpNobodyElse() throws Exception {
        store.append(List.of(number(1, 1)));
        ExecutorService threads = Executors.newFixedThreadPool(12);
        server.freeze();
        try {
            List<CompletableFuture<Boolean>> asking = IntStream.range(0, 12)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return store.query(thing, "level", TimeRange.ALWAYS, true, 10)
                                            .isEmpty();
                                } catch (StoreException e) {
                                    return e.kind() == StoreException.Kind.UNAVAILABLE
                                            || e.kind() == StoreException.Kind.TOO_SLOW;
                                }
                            },
                            threads))
                    .toList();
            for (int i = 0; i < 20; i++) {
                store.append(List.of(number(10 + i, i)));
                assertThat(model().find("Things", "nobody")).isEmpty();
            }
            for (CompletableFuture<Boolean> answer : asking) {
                assertThat(answer.get(20, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            server.thaw();
            threads.shutdownNow();
        }
        assertThat(numbers(TimeRange.ALWAYS, true, 100)).hasSize(21);
    }

    @Test
    void postgresIsLookedAfterWhileInfluxIsAway() throws Exception {
        long time = Instant.parse("2055-05-15T00:00:00Z").toEpochMilli();
        store.append(List.of(number(1, 1)));
        model().delete("Logged", name);
        server.kill();
        try {
            assertThatThrownBy(() -> store.upkeep(time)).isInstanceOf(StoreException.class);
        } finally {
            server.startAgain();
        }
        assertThat(fresh.superuser("SELECT to_regclass('property_history_y2055m05') IS NOT NULL"))
                .isEqualTo("t");
        assertThat(fresh.superuser("SELECT count(*) FROM deleted_entity WHERE id = " + thing))
                .isEqualTo("1");
        store.upkeep(time);
        assertThat(numbers(TimeRange.ALWAYS, true, 10)).isEmpty();
    }

    private ValueWrite text(long time) {
        return new ValueWrite(
                new PropertyKey(thing, "level"), ValueCodec.toBytes(Value.string("t" + time)), time, "GOOD", 0, 0);
    }

    private void moveAll() throws StoreException {
        moveAll((InfluxHistoryStore) store);
    }

    private static void moveAll(InfluxHistoryStore store) throws StoreException {
        while (store.move(1_000) > 0) {
            // The rest.
        }
    }

    /** Of this test's thing. */
    private long rows(String table) throws Exception {
        return Long.parseLong(fresh.superuser("SELECT count(*) FROM " + table + " WHERE thing_id = " + thing));
    }
}
