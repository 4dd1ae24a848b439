package org.steadfast.persistence.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every store of current values does, whatever the database. */
public abstract class PropertyStoreContract {
    private static final AtomicLong THINGS = new AtomicLong();

    private final long thing = THINGS.incrementAndGet();
    private final List<WriterLane> opened = new ArrayList<>();

    protected abstract PropertyStore store();

    protected abstract WriterRegistry writers();

    /** Ends the connections of all lanes, from outside. */
    protected abstract void breakLanes() throws Exception;

    @AfterEach
    void closeLanes() {
        opened.forEach(WriterLane::close);
    }

    @Test
    void givesBackWhatWasWritten() throws Exception {
        WriterLane lane = lane("writer", 0);

        List<StoredValue> stored = lane.write(0, List.of(direct("a", "1", 17), direct("b", "2", 18)));

        assertThat(stored)
                .extracting(StoredValue::key, PropertyStoreContract::text, StoredValue::time, StoredValue::quality)
                .containsExactlyInAnyOrder(tuple(key("a"), "1", 17L, "GOOD"), tuple(key("b"), "2", 18L, "GOOD"));
        assertThat(lane.read(List.of(key("a"), key("b"), key("never written"))))
                .containsExactlyInAnyOrderElementsOf(stored);
        assertThat(lane.read(List.of())).isEmpty();
        assertThat(lane.write(0, List.of())).isEmpty();
    }

    @Test
    void keepsEveryByteOfAValueAndEveryCharacterOfAText() throws Exception {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        String quality = "'\"\\{},NULL \u00e4\u20ac\ud83d\ude00";
        String property = "%_*\\' \"{a,b} \u00e4\ud83d\ude00";
        WriterLane lane = lane("writer", 0);

        lane.write(
                0,
                List.of(
                        new ValueWrite(key("empty"), new byte[0], Long.MIN_VALUE, "", 0, 0),
                        new ValueWrite(key(property), all, Long.MAX_VALUE, quality, 0, 0)));

        StoredValue stored = held(lane, property);
        assertThat(stored.value()).isEqualTo(all);
        assertThat(stored.quality()).isEqualTo(quality);
        assertThat(stored.time()).isEqualTo(Long.MAX_VALUE);
        assertThat(held(lane, "empty").value()).isEmpty();
        assertThat(held(lane, "empty").time()).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void writesFiveHundredValuesAtOnceAndAgain() throws Exception {
        WriterLane lane = lane("writer", 0);
        List<ValueWrite> batch = IntStream.range(0, 500)
                .mapToObj(i -> direct("p%03d".formatted(i), "first " + i, 1))
                .toList();
        List<ValueWrite> again = IntStream.range(0, 500)
                .mapToObj(i -> direct("p%03d".formatted(i), "second " + i, 2))
                .toList();

        Map<PropertyKey, Long> before = versions(lane.write(0, batch));
        Map<PropertyKey, Long> after = versions(lane.write(0, again));

        assertThat(before).hasSize(500);
        assertThat(after)
                .hasSize(500)
                .allSatisfy((key, version) -> assertThat(version).isGreaterThan(before.get(key)));
        assertThat(text(held(lane, "p499"))).isEqualTo("second 499");
    }

    @Test
    void changesNothingForAStampThatItHasSeen() throws Exception {
        WriterLane lane = lane("writer", 0);
        StoredValue first = write(lane, stamped("new", 7, 5));

        assertThat(write(lane, stamped("same stamp, other value", 7, 5))).isEqualTo(first);
        assertThat(write(lane, stamped("older", 7, 4))).isEqualTo(first);
        assertThat(write(lane, stamped("older epoch, greater sequence", 6, 1_000)))
                .isEqualTo(first);
        assertThat(held(lane, "p")).isEqualTo(first);
    }

    @Test
    void takesALaterStampAndALowerSequenceOfANewerEpoch() throws Exception {
        WriterLane lane = lane("writer", 0);
        StoredValue first = write(lane, stamped("first", 7, 5));
        StoredValue later = write(lane, stamped("later", 7, 6));
        StoredValue rebound = write(lane, stamped("rebound", 8, 1));

        assertThat(text(later)).isEqualTo("later");
        assertThat(text(rebound)).isEqualTo("rebound");
        assertThat(Stream.of(first, later, rebound).map(StoredValue::version)).isSorted();
        assertThat(write(lane, stamped("from before the rebinding", 7, 7))).isEqualTo(rebound);
    }

    @Test
    void letsADirectWriteStandAgainstRepeatsButNotAgainstTheNextUpdate() throws Exception {
        WriterLane lane = lane("writer", 0);
        write(lane, stamped("device", 7, 5));

        StoredValue direct = write(lane, direct("p", "user", 1));
        assertThat(text(direct)).isEqualTo("user");
        assertThat(write(lane, stamped("device", 7, 5))).isEqualTo(direct);
        assertThat(write(lane, stamped("before", 7, 4))).isEqualTo(direct);
        assertThat(text(write(lane, stamped("next", 7, 6)))).isEqualTo("next");
    }

    @Test
    void answersARepeatWithinABatchOfNewValues() throws Exception {
        WriterLane lane = lane("writer", 0);
        StoredValue old = write(lane, stamped("old", 7, 5));

        List<StoredValue> stored = lane.write(
                0,
                List.of(
                        direct("a", "new", 1),
                        new ValueWrite(key("p"), bytes("repeat"), 9, "BAD", 7, 5),
                        direct("z", "new", 1)));

        assertThat(stored).hasSize(3).contains(old);
        assertThat(stored).extracting(PropertyStoreContract::text).containsExactlyInAnyOrder("new", "old", "new");
    }

    @Test
    void ordersVersionsByCommitWhenTwoNodesWriteTheSameKeys() throws Exception {
        record Written(long begin, long end, StoredValue value) {}
        int rounds = 150;
        List<ValueWrite> keys =
                IntStream.range(0, 10).mapToObj(i -> direct("p" + i, "", 0)).toList();
        WriterLane reader = lane("reader", 0);
        CyclicBarrier start = new CyclicBarrier(3);
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<List<Written>>> writers = new ArrayList<>();
            for (String node : List.of("one", "two")) {
                WriterLane lane = lane(node, 0);
                writers.add(threads.submit(() -> {
                    List<Written> written = new ArrayList<>();
                    start.await(10, TimeUnit.SECONDS);
                    for (int round = 0; round < rounds; round++) {
                        String value = node + " " + round;
                        List<ValueWrite> batch = keys.stream()
                                .map(write -> new ValueWrite(write.key(), bytes(value), 0, "GOOD", 0, 0))
                                .toList();
                        long begin = System.nanoTime();
                        List<StoredValue> stored = lane.write(0, batch);
                        long end = System.nanoTime();
                        stored.forEach(one -> assertThat(text(one)).isEqualTo(value));
                        stored.forEach(one -> written.add(new Written(begin, end, one)));
                    }
                    return written;
                }));
            }
            Callable<Integer> observing = () -> {
                Map<PropertyKey, Long> seen = new HashMap<>();
                start.await(10, TimeUnit.SECONDS);
                while (!done.get()) {
                    for (StoredValue value :
                            reader.read(keys.stream().map(ValueWrite::key).toList())) {
                        Long before = seen.put(value.key(), value.version());
                        assertThat(before == null || before <= value.version())
                                .as("%s went from %s to %s", value.key(), before, value.version())
                                .isTrue();
                    }
                }
                return seen.size();
            };
            Future<Integer> observer = threads.submit(observing);
            List<Written> all = new ArrayList<>();
            for (Future<List<Written>> writer : writers) {
                all.addAll(writer.get(60, TimeUnit.SECONDS));
            }
            done.set(true);
            assertThat(observer.get(10, TimeUnit.SECONDS)).isEqualTo(keys.size());

            for (ValueWrite write : keys) {
                List<Written> ofKey = all.stream()
                        .filter(one -> one.value().key().equals(write.key()))
                        .sorted(Comparator.comparingLong(one -> one.value().version()))
                        .toList();
                assertThat(ofKey).extracting(one -> one.value().version()).doesNotHaveDuplicates();
                // A write that ended before another began has the smaller version: none ends before a smaller one
                // began.
                long latestBegin = Long.MIN_VALUE;
                for (Written one : ofKey) {
                    assertThat(one.end()).isGreaterThan(latestBegin);
                    latestBegin = Math.max(latestBegin, one.begin());
                }
                assertThat(reader.read(List.of(write.key())))
                        .containsExactly(ofKey.get(ofKey.size() - 1).value());
            }
        } finally {
            done.set(true);
            threads.shutdownNow();
        }
    }

    @Test
    void fencesALaneThatIsClaimedASecondTime() throws Exception {
        WriterLane old = lane("restarted", 0);
        WriterLane other = lane("restarted", 1);
        StoredValue before = write(old, direct("p", "before", 1));

        WriterLane fresh = lane("restarted", 0);

        assertKind(
                StoreException.Kind.FENCED, () -> old.write(0, List.of(direct("p", "zombie", 2), direct("q", "z", 2))));
        assertThat(fresh.read(List.of(key("p"), key("q")))).containsExactly(before);
        assertThat(text(write(fresh, direct("p", "after", 3)))).isEqualTo("after");
        assertThat(text(write(other, direct("p", "other lane", 4)))).isEqualTo("other lane");
        assertKind(StoreException.Kind.FENCED, () -> old.write(0, List.of(direct("p", "zombie", 5))));
    }

    @Test
    void writesNothingWhenTheClusterHasFencedTheLane() throws Exception {
        WriterLane lane = lane("lost", 0);
        write(lane, direct("p", "before", 1));

        writers().fence(new WriterId("lost", Long.MAX_VALUE));

        assertKind(StoreException.Kind.FENCED, () -> lane.write(0, List.of(direct("p", "zombie", 2))));
        assertKind(StoreException.Kind.FENCED, () -> lane.write(0, List.of()));
        assertThat(text(held(lane, "p"))).isEqualTo("before");
        assertThat(text(write(lane("lost", 0), direct("p", "claimed anew", 3)))).isEqualTo("claimed anew");
    }

    @Test
    void tellsWhatALostWriterMayHaveLeftBehind() throws Exception {
        WriterId writer = writers().register("leaves things");
        WriterLane lane = writers().openLane(writer, 0, 3);
        long other = THINGS.incrementAndGet();
        opened.add(lane);
        lane.write(0, List.of(direct("first", "overwritten journal", 1)));
        lane.write(0, List.of(direct("a", "1", 1), direct("b", "2", 1)));
        lane.write(2, List.of(new ValueWrite(new PropertyKey(other, "c"), bytes("3"), 1, "GOOD", 0, 0)));

        assertThat(writers().unsettled()).extracting(WriterId::node).doesNotContain("leaves things");
        assertThat(writers().fence(writer)).containsExactlyInAnyOrder(thing, other);
        assertThat(writers().fence(writer)).as("asked again").containsExactlyInAnyOrder(thing, other);

        assertThat(writers().unsettled()).contains(writer);
        assertThat(writers().valuesOf(List.of(thing, other)))
                .extracting(value -> value.key().property(), PropertyStoreContract::text)
                .containsExactlyInAnyOrder(
                        tuple("first", "overwritten journal"), tuple("a", "1"), tuple("b", "2"), tuple("c", "3"));
        writers().settled(writer);
        assertThat(writers().unsettled()).extracting(WriterId::node).doesNotContain("leaves things");
        assertThat(writers().fence(writer)).isEmpty();
        assertKind(StoreException.Kind.FENCED, () -> lane.write(1, List.of(direct("p", "zombie", 2))));
    }

    @Test
    void fencesNoLaterLifeOfTheSameNode() throws Exception {
        WriterId first = writers().register("lives twice");
        lane(first, 0).write(0, List.of(direct("p", "first life", 1)));
        WriterId second = writers().register("lives twice");
        WriterLane lane = lane(second, 0);
        lane.write(0, List.of(direct("p", "second life", 2)));

        assertThat(writers().fence(first)).isEmpty();
        assertThat(text(write(lane, direct("p", "goes on", 3)))).isEqualTo("goes on");
        assertKind(StoreException.Kind.FENCED, () -> lane(first, 0));
        assertKind(StoreException.Kind.FENCED, () -> lane(second, 0));
    }

    @Test
    void fencingWaitsForTheBatchUnderWay() throws Exception {
        WriterId writer = writers().register("is slow");
        WriterLane lane = lane(writer, 0);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (AutoCloseable held = holdValue("p")) {
            Future<List<StoredValue>> slow =
                    threads.submit(() -> lane.write(0, List.of(direct("p", "committed at last", 1))));
            await().until(() -> batchesWaiting() == 1);
            Future<?> fencing = threads.submit(() -> writers().fence(writer));
            await().pollDelay(Duration.ofMillis(300)).until(() -> !slow.isDone() && !fencing.isDone());
            held.close();

            assertThat(slow.get(20, TimeUnit.SECONDS)).hasSize(1);
            fencing.get(20, TimeUnit.SECONDS);
            assertKind(StoreException.Kind.FENCED, () -> lane.write(0, List.of(direct("p", "zombie", 2))));
        } finally {
            threads.shutdownNow();
        }
    }

    /** Writes a value of the test's thing and keeps its row locked until it is closed. */
    protected abstract AutoCloseable holdValue(String property, long thing) throws Exception;

    private AutoCloseable holdValue(String property) throws Exception {
        return holdValue(property, thing);
    }

    /** How many batches wait for a lock in the database. */
    protected abstract int batchesWaiting() throws Exception;

    @Test
    void scansEachValueOnceWhileValuesAreChanged() throws Exception {
        int count = 4_000;
        WriterLane lane = lane("moves", 0);
        List<ValueWrite> all = IntStream.range(0, count)
                .mapToObj(i -> direct("m%05d".formatted(i), "value " + i, i))
                .toList();
        for (int from = 0; from < count; from += 500) {
            lane.write(0, all.subList(from, from + 500));
        }
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> changing = thread.submit(() -> {
                for (int from = 0; !over.get(); from = (from + 500) % count) {
                    lane.write(1, all.subList(from, from + 500));
                }
                return null;
            });
            for (int i = 0; i < 5; i++) {
                Map<String, Long> seen = new ConcurrentHashMap<>();
                store().scan(4, value -> {
                    if (value.key().thingId() == thing) {
                        seen.merge(value.key().property(), 1L, Long::sum);
                    }
                });
                assertThat(seen).hasSize(count);
                assertThat(seen.values()).containsOnly(1L);
            }
            over.set(true);
            changing.get(20, TimeUnit.SECONDS);
        } finally {
            over.set(true);
            thread.shutdownNow();
        }
    }

    @Test
    void connectsAgainAfterItsConnectionWasLost() throws Exception {
        WriterLane lane = lane("writer", 0);
        StoredValue before = write(lane, direct("p", "before", 1));

        breakLanes();
        assertKind(StoreException.Kind.UNAVAILABLE, () -> lane.write(0, List.of(direct("p", "lost", 2))));
        assertThat(lane.read(List.of(key("p")))).containsExactly(before);

        breakLanes();
        assertKind(StoreException.Kind.UNAVAILABLE, () -> lane.read(List.of(key("p"))));
        lane.connect();
        assertThat(text(write(lane, direct("p", "after", 3)))).isEqualTo("after");
    }

    @Test
    void risksNoBatchOnAConnectionThatBrokeWhileTheLaneWasIdle() throws Exception {
        WriterLane lane = lane("writer", 0);
        write(lane, direct("p", "before", 1));

        breakLanes();
        await().pollDelay(Duration.ofMillis(600)).until(() -> true);
        lane.connect();

        assertThat(text(write(lane, direct("p", "after", 2)))).isEqualTo("after");
    }

    @Test
    void goesOnAfterABatchThatTheDatabaseRefuses() throws Exception {
        WriterLane lane = lane("writer", 0);
        ValueWrite twice = direct("p", "twice", 1);

        assertKind(StoreException.Kind.FAILED, () -> {
            write(lane, direct("p", "there", 0));
            lane.write(0, List.of(twice, twice));
        });
        assertThat(text(held(lane, "p"))).isEqualTo("there");
        assertThat(text(write(lane, direct("p", "after", 2)))).isEqualTo("after");
    }

    @Test
    void scansEveryValue() throws Exception {
        int count = 25_000;
        WriterLane lane = lane("writer", 0);
        for (int from = 0; from < count; from += 500) {
            lane.write(
                    0,
                    IntStream.range(from, from + 500)
                            .mapToObj(i -> direct("p%05d".formatted(i), "value " + i, i))
                            .toList());
        }
        Map<String, StoredValue> scanned = new ConcurrentHashMap<>();
        AtomicLong passed = new AtomicLong();

        long told = store().scan(3, value -> {
            passed.incrementAndGet();
            if (value.key().thingId() == thing) {
                scanned.put(value.key().property(), value);
            }
        });

        assertThat(told).isEqualTo(passed.get());
        assertThat(scanned).hasSize(count);
        assertThat(scanned.get("p12345")).isEqualTo(held(lane, "p12345"));
    }

    @Test
    void letsGoOfTheDatabaseWhenAScanIsCutShort() throws Exception {
        write(lane("writer", 0), direct("p", "there", 1));

        // More often than there are connections.
        for (int i = 0; i < 30; i++) {
            assertThatThrownBy(() -> store().scan(3, value -> {
                        throw new IllegalStateException("enough");
                    }))
                    .hasMessage("enough");
        }
        assertThat(store().scan(3, value -> {})).isPositive();
    }

    @Test
    void drawsGrowingEpochs() throws Exception {
        long first = store().nextEpoch();

        assertThat(first).isPositive();
        assertThat(store().nextEpoch()).isGreaterThan(first);
    }

    private WriterLane lane(String node, int number) throws StoreException {
        WriterLane lane = writers().openLane(writers().register(node), number, 2);
        opened.add(lane);
        return lane;
    }

    private WriterLane lane(WriterId writer, int number) throws StoreException {
        WriterLane lane = writers().openLane(writer, number, 2);
        opened.add(lane);
        return lane;
    }

    private PropertyKey key(String property) {
        return new PropertyKey(thing, property);
    }

    private ValueWrite direct(String property, String value, long time) {
        return new ValueWrite(key(property), bytes(value), time, "GOOD", 0, 0);
    }

    private ValueWrite stamped(String value, long epoch, long sequence) {
        return new ValueWrite(key("p"), bytes(value), sequence, "GOOD", epoch, sequence);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(StoredValue value) {
        return new String(value.value(), UTF_8);
    }

    private static StoredValue write(WriterLane lane, ValueWrite write) throws StoreException {
        List<StoredValue> stored = lane.write(0, List.of(write));
        assertThat(stored).hasSize(1);
        return stored.get(0);
    }

    private StoredValue held(WriterLane lane, String property) throws StoreException {
        List<StoredValue> values = lane.read(List.of(key(property)));
        assertThat(values).hasSize(1);
        return values.get(0);
    }

    private static Map<PropertyKey, Long> versions(List<StoredValue> values) {
        Map<PropertyKey, Long> versions = new HashMap<>();
        values.forEach(value -> versions.put(value.key(), value.version()));
        return versions;
    }

    private static void assertKind(StoreException.Kind kind, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
