package org.steadfast.persistence.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every journal of events does, whatever the database, and every lane that writes into it. */
public abstract class EventJournalContract {
    private static final AtomicLong THINGS = new AtomicLong(1_000_000);
    private static final Duration LONG = Duration.ofMinutes(10);

    private final long thing = THINGS.incrementAndGet();
    private WriterId writer;
    private WriterLane lane;

    protected abstract EventJournal journal();

    protected abstract WriterRegistry writers();

    @BeforeEach
    void open() throws Exception {
        writer = writers().register("journal" + thing);
        lane = writers().openLane(writer, 0, 2);
    }

    @AfterEach
    void close() throws Exception {
        lane.close();
        writers().fence(writer);
        writers().settled(writer);
        drain();
    }

    private void drain() throws StoreException {
        WriterId other = writers().register("drain" + thing);
        List<JournalEntry> left = journal().takeOver(other, List.of(), LONG, 1000);
        journal().remove(left.stream().map(JournalEntry::id).toList());
    }

    @Test
    void tellsWhatHeldBeforeAndWhatFollowed() throws Exception {
        lane.write(0, List.of(write("p", "first", 0, 0, true)));
        ValueWrite second = write("p", "second", 0, 0, true);
        ValueWrite third = write("p", "third", 0, 0, true);
        Written written = lane.write(
                1,
                List.of(third, write("q", "unfollowed", 0, 0, false)),
                List.of(new FollowedWrites(third.key(), Follow.hearing("Pump", true), List.of(second, third))));

        assertThat(written.values()).hasSize(2);
        assertThat(written.followed()).hasSize(1);
        Written.Followed followed = written.followed().get(0);
        assertThat(text(followed.before().value().orElseThrow().value())).isEqualTo("first");
        assertThat(followed.journalId()).isPositive();
        assertThat(followed.writes().writes()).containsExactly(second, third);
    }

    @Test
    void nothingHeldBeforeTheFirstWrite() throws Exception {
        ValueWrite first = write("p", "first", 7, 3, false);
        Written written = lane.write(
                0,
                List.of(first),
                List.of(new FollowedWrites(first.key(), Follow.hearing("Pump", false), List.of(first))));

        assertThat(written.followed().get(0).before()).isEqualTo(Before.NOTHING);
        assertThat(written.followed().get(0).journalId()).isZero();

        ValueWrite next = write("p", "next", 7, 4, false);
        written = lane.write(
                1,
                List.of(next),
                List.of(new FollowedWrites(next.key(), Follow.hearing("Pump", false), List.of(next))));
        assertThat(written.followed().get(0).before().epoch()).isEqualTo(7);
        assertThat(written.followed().get(0).before().sequence()).isEqualTo(3);
    }

    @Test
    void entriesOfAFencedWriterAreTakenOverWhenItsValuesAreVisible() throws Exception {
        ValueWrite write = write("p", "left behind", 0, 0, true);
        lane.write(0, List.of(write), List.of(followed(write)));
        WriterId other = writers().register("other" + thing);

        assertThat(journal().takeOver(other, List.of(), LONG, 10)).isEmpty();
        writers().fence(writer);
        assertThat(journal().takeOver(other, List.of(), LONG, 10)).isEmpty();
        writers().settled(writer);
        List<JournalEntry> taken = journal().takeOver(other, List.of(), LONG, 10);

        assertThat(taken).hasSize(1);
        JournalEntry.Changes changes = (JournalEntry.Changes) taken.get(0);
        assertThat(changes.writes().follow().thing()).isEqualTo("Pump");
        assertThat(text(changes.writes().writes().get(0).value())).isEqualTo("left behind");
        assertThat(changes.before()).isEqualTo(Before.NOTHING);
    }

    @Test
    void aFencedLaneWritesNoEntry() throws Exception {
        writers().fence(writer);
        writers().settled(writer);
        ValueWrite write = write("p", "zombie", 0, 0, true);

        assertThatThrownBy(() -> lane.write(0, List.of(write), List.of(followed(write))))
                .isInstanceOf(StoreException.class);

        assertThat(journal().takeOver(writers().register("other" + thing), List.of(), LONG, 10))
                .isEmpty();
    }

    @Test
    void whatWasHeardIsTakenOut() throws Exception {
        List<Long> ids = journal().append(writer, List.of(event("Started", "a"), event("Stopped", "b")));
        assertThat(ids).hasSize(2).isSorted();

        journal().remove(ids.subList(0, 1));
        journal().handOver(writer);
        List<JournalEntry> taken = journal().takeOver(writers().register("other" + thing), List.of(), LONG, 10);

        assertThat(taken).hasSize(1);
        FiredEvent fired = ((JournalEntry.Fired) taken.get(0)).event();
        assertThat(fired.event()).isEqualTo("Stopped");
        assertThat(fired.time()).isEqualTo(17);
        assertThat(text(fired.data())).isEqualTo("b");
    }

    @Test
    void ownEntriesThatAreNotKnownAreFoundAfterAWhile() throws Exception {
        List<Long> ids = journal().append(writer, List.of(event("Known", "a"), event("Unknown", "b")));

        assertThat(journal().takeOver(writer, List.of(), LONG, 10)).isEmpty();
        assertThat(journal().takeOver(writer, ids.subList(0, 1), Duration.ZERO, 10))
                .extracting(JournalEntry::id)
                .containsExactly(ids.get(1));
    }

    @Test
    void oneAloneTakesAnEntryOver() throws Exception {
        List<FiredEvent> events = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            events.add(event("E" + i, "x"));
        }
        journal().append(writer, events);
        journal().handOver(writer);
        CyclicBarrier together = new CyclicBarrier(4);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<List<JournalEntry>>> takers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                WriterId taker = writers().register("taker" + i + "x" + thing);
                takers.add(threads.submit(() -> {
                    writers().openLane(taker, 0, 1).close();
                    together.await();
                    return journal().takeOver(taker, List.of(), LONG, 100);
                }));
            }
            List<Long> taken = new ArrayList<>();
            for (Future<List<JournalEntry>> taker : takers) {
                taker.get(20, TimeUnit.SECONDS).forEach(entry -> taken.add(entry.id()));
            }
            assertThat(taken).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(100);
        } finally {
            threads.shutdown();
        }
    }

    /** Batches that lock the same rows, some for what held before and some not, must not wait for each other in a circle. */
    @Test
    void followedAndOtherBatchesDoNotDeadlock() throws Exception {
        WriterLane second = writers().openLane(writer, 1, 2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<?> one = threads.submit(() -> writeOften(lane, "b"));
            Future<?> other = threads.submit(() -> writeOften(second, "a"));
            one.get(60, TimeUnit.SECONDS);
            other.get(60, TimeUnit.SECONDS);
        } finally {
            threads.shutdown();
            second.close();
        }
    }

    private Void writeOften(WriterLane writing, String followed) throws StoreException {
        for (int i = 0; i < 200; i++) {
            ValueWrite a = write("a", "1", 0, 0, true);
            ValueWrite b = write("b", "1", 0, 0, true);
            writing.write(0, List.of(a, b), List.of(followed(followed.equals("a") ? a : b)));
        }
        return null;
    }

    private FollowedWrites followed(ValueWrite write) {
        return new FollowedWrites(write.key(), Follow.hearing("Pump", true), List.of(write));
    }

    private FiredEvent event(String name, String data) {
        return new FiredEvent(thing, "Pump", name, "", 17, data.getBytes(UTF_8));
    }

    private ValueWrite write(String property, String value, long epoch, long sequence, boolean durable) {
        return new ValueWrite(
                new PropertyKey(thing, property),
                value.getBytes(UTF_8),
                17,
                "GOOD",
                epoch,
                sequence,
                Optional.of(Follow.hearing("Pump", durable)));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
