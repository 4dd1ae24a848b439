package org.steadfast.foundation.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.steadfast.foundation.model.EffectiveShape;
import org.steadfast.foundation.model.Members;
import org.steadfast.foundation.model.Thing;
import org.steadfast.persistence.store.ScheduleRunStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.WriterId;
import org.steadfast.protocol.type.Infotable;

class ScheduledRunsTest {
    private static final Thing PUMP = new Thing(
            7,
            "Pump",
            1,
            0,
            "",
            "GenericThing",
            "",
            Optional.empty(),
            true,
            new EffectiveShape(Set.of(), List.of(), Members.NONE));

    private final Answers store = new Answers();
    private final ScheduledRuns runs = new ScheduledRuns(store, new WriterId("node", 1));

    @AfterEach
    void close() throws Exception {
        runs.close(Duration.ofSeconds(5));
    }

    /** A database that answers as it is told. */
    private static final class Answers implements ScheduleRunStore {
        final Deque<Object> starts = new ArrayDeque<>();
        final List<RunKey> asked = new ArrayList<>();
        final ConcurrentLinkedQueue<Ended> ended = new ConcurrentLinkedQueue<>();
        final AtomicInteger failures = new AtomicInteger();

        @Override
        public Start begin(RunKey run, String subscriber, WriterId runner) throws StoreException {
            asked.add(run);
            if (starts.remove() instanceof Start start) {
                return start;
            }
            throw new StoreException(StoreException.Kind.UNAVAILABLE, "the connection broke");
        }

        @Override
        public void end(WriterId runner, List<Ended> all) throws StoreException {
            switch (failures.getAndDecrement()) {
                case 2 -> throw new IllegalStateException("a defect");
                case 1 -> throw new StoreException(StoreException.Kind.UNAVAILABLE, "the database is away");
                default -> ended.addAll(all);
            }
        }

        @Override
        public void withdraw(RunKey run, WriterId runner) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<FireRecord> query(long thingId, long from, long to, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long removeBefore(long time) {
            throw new UnsupportedOperationException();
        }
    }

    private static Event event(String name) {
        return new Event(4711, "Every", name, "", 1_000, new Infotable(List.of(), List.of(List.of())));
    }

    private Optional<ScheduledRun> begin(String event) throws StoreException {
        return runs.begin(PUMP, "onFire", event(event));
    }

    /** By its number: the timer may be deleted by now, and another one may have its name. */
    @Test
    void aFireIsKnownByTheNumberOfItsSchedule() throws Exception {
        store.starts.add(ScheduleRunStore.Start.BEGUN);
        assertThat(begin("Timer").orElseThrow().isOnce()).isTrue();
        assertThat(store.asked).containsExactly(new ScheduleRunStore.RunKey(4711, 1_000, 7, "onFire"));

        assertThat(begin("DataChange").orElseThrow().isOnce()).isFalse();
        assertThat(store.asked).as("others are not asked for").hasSize(1);
    }

    /** It was written down, and nobody has begun it: the one who was told nothing must. */
    @Test
    void aRunWhoseBeginningWasWrittenDownWithoutAnAnswerIsBegun() throws Exception {
        store.starts.add("no answer");
        store.starts.add(ScheduleRunStore.Start.BEGUN_BY_RUNNER);
        store.starts.add(ScheduleRunStore.Start.BEGUN_BY_RUNNER);
        assertThatThrownBy(() -> begin("Timer")).isInstanceOf(StoreException.class);

        assertThat(begin("Timer")).isPresent();
        assertThat(begin("Timer")).as("brought a second time").isEmpty();
    }

    @Test
    void whatSomebodyElseHasBegunMeanwhileIsNotBegun() throws Exception {
        store.starts.add("no answer");
        store.starts.add(ScheduleRunStore.Start.BEGUN_BEFORE);
        store.starts.add(ScheduleRunStore.Start.BEGUN_BY_RUNNER);
        assertThatThrownBy(() -> begin("Timer")).isInstanceOf(StoreException.class);

        assertThat(begin("Timer")).isEmpty();
        assertThat(begin("Timer")).isEmpty();
    }

    @Test
    void endsAreWrittenDownWhatEverHappened() throws Exception {
        store.failures.set(2);
        for (int i = 0; i < 3; i++) {
            store.starts.add(ScheduleRunStore.Start.BEGUN);
        }
        runs.start();
        begin("Timer").orElseThrow().succeeded();
        await().atMost(Duration.ofSeconds(10)).until(() -> store.failures.get() < 2);
        begin("Timer").orElseThrow().failed("why");
        begin("Timer").orElseThrow().succeeded();

        // The first one met a defect; those after it wait for the database.
        await().atMost(Duration.ofSeconds(10)).until(() -> store.ended.size() == 2);
        assertThat(store.ended).extracting(ScheduleRunStore.Ended::error).containsExactly("why", "");
    }
}
