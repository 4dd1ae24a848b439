package org.steadfast.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.steadfast.persistence.store.ScheduleRunStore.FireRecord;
import org.steadfast.persistence.store.ScheduleRunStore.Outcome;
import org.steadfast.persistence.store.ScheduleRunStore.RunKey;
import org.steadfast.persistence.store.ScheduleRunStore.Start;
import org.steadfast.persistence.store.ScheduleStore.Claim;
import org.steadfast.persistence.store.ScheduleStore.Claimed;
import org.steadfast.persistence.store.ScheduleStore.Fate;
import org.steadfast.persistence.store.ScheduleStore.Fire;
import org.steadfast.persistence.store.ScheduleStore.Progress;

/** What every store of schedules does, whatever the database. */
public abstract class ScheduleStoreContract {
    private static final Duration LONG = Duration.ofMinutes(10);

    private WriterId first;
    private WriterId second;
    private String name;
    private long thing;

    protected abstract ScheduleStore schedules();

    protected abstract ScheduleRunStore runs();

    protected abstract ModelStore model();

    protected abstract EventJournal journal();

    protected abstract WriterRegistry writers();

    @BeforeEach
    void begin() throws Exception {
        String suffix = UUID.randomUUID().toString().substring(0, 8);
        first = writers().register("first" + suffix);
        second = writers().register("second" + suffix);
        name = "Timer" + suffix;
        thing = model().create(new EntityWrite("Things", name, Optional.empty(), "{}", List.of()))
                .id();
    }

    @AfterEach
    void end() throws Exception {
        journal().handOver(first);
        journal().handOver(second);
        List<JournalEntry> left = journal().takeOver(first, List.of(), LONG, 1000);
        journal().remove(left.stream().map(JournalEntry::id).toList());
        runs().removeBefore(Long.MAX_VALUE);
    }

    private Claim claim(long after, long upTo, Fate fate, long... times) {
        List<Fire> fires = new ArrayList<>();
        for (long time : times) {
            fires.add(new Fire(new FiredEvent(thing, name, "Timer", "", time, new byte[] {1}), fate, 0));
        }
        return new Claim(thing, after, upTo, fires);
    }

    private static void assertFenced(Callable<?> work) {
        assertThatThrownBy(work::call)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.FENCED));
    }

    private List<Long> fireTimes() throws StoreException {
        return runs().query(thing, 0, Long.MAX_VALUE, 100).stream()
                .map(FireRecord::fireTime)
                .distinct()
                .sorted()
                .toList();
    }

    @Test
    void whoTakesTheRoleLaterHasAGreaterEpochAndTheEarlierOneDoesNothingMore() throws Exception {
        long before = schedules().lead(first);
        schedules().begin(before, List.of(new Progress(thing, "every 100 ms", 1000)));
        long after = schedules().lead(second);

        assertThat(after).isGreaterThan(before);
        assertThat(schedules().leadership().orElseThrow().node()).isEqualTo(second.node());
        assertFenced(() -> schedules().claim(before, first, List.of(claim(1000, 1100, Fate.TOLD, 1100))));
        assertFenced(() -> {
            schedules().begin(before, List.of(new Progress(thing, "every 200 ms", 5000)));
            return null;
        });
        assertFenced(() -> {
            schedules().end(before, List.of(thing));
            return null;
        });

        assertThat(schedules().progress(List.of(thing))).containsExactly(new Progress(thing, "every 100 ms", 1000));
        assertThat(fireTimes()).isEmpty();
        assertThat(journal().takeOver(second, List.of(), LONG, 10)).isEmpty();
    }

    @Test
    void aFireIsClaimedTogetherWithTheEntryThatTellsOfIt() throws Exception {
        long epoch = schedules().lead(first);
        schedules().begin(epoch, List.of(new Progress(thing, "every 100 ms", 1000)));

        Claimed claimed = schedules().claim(epoch, first, List.of(claim(1000, 1200, Fate.TOLD, 1100, 1200)));

        assertThat(claimed.things()).containsExactly(thing);
        assertThat(claimed.told()).extracting(told -> told.event().time()).containsExactly(1100L, 1200L);
        assertThat(Math.abs(claimed.now() - schedules().now())).isLessThan(60_000);
        assertThat(schedules().progress(List.of(thing)))
                .extracting(Progress::lastFire)
                .containsExactly(1200L);
        assertThat(fireTimes()).containsExactly(1100L, 1200L);
        journal().handOver(first);
        List<JournalEntry> taken = journal().takeOver(second, List.of(), LONG, 10);
        assertThat(taken).hasSize(2);
        FiredEvent event = ((JournalEntry.Fired) taken.get(0)).event();
        assertThat(event.thing()).isEqualTo(name);
        assertThat(event.time()).isEqualTo(1100);
        journal().remove(taken.stream().map(JournalEntry::id).toList());
    }

    @Test
    void whatNobodyHearsHasNoEntry() throws Exception {
        long epoch = schedules().lead(first);
        schedules().begin(epoch, List.of(new Progress(thing, "every 100 ms", 1000)));

        Claimed claimed =
                schedules().claim(epoch, first, List.of(claim(1000, 1100, Fate.UNHEARD, 1100), claim(1, 2, Fate.TOLD)));

        assertThat(claimed.told()).isEmpty();
        assertThat(runs().query(thing, 0, Long.MAX_VALUE, 10))
                .extracting(FireRecord::fate)
                .containsExactly(Fate.UNHEARD);
        journal().handOver(first);
        assertThat(journal().takeOver(second, List.of(), LONG, 10)).isEmpty();
    }

    /** Two that both take themselves for the singleton claim the same fire times as fast as they can. */
    @Test
    void eachFireTimeIsClaimedOnceThoughTwoClaimIt() throws Exception {
        long epoch = schedules().lead(first);
        schedules().begin(epoch, List.of(new Progress(thing, "every 100 ms", 0)));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<List<Long>>> claimers = new ArrayList<>();
            for (WriterId writer : List.of(first, second)) {
                claimers.add(threads.submit(() -> {
                    List<Long> mine = new ArrayList<>();
                    for (long time = 100; time <= 5000; time += 100) {
                        Claimed claimed =
                                schedules().claim(epoch, writer, List.of(claim(time - 100, time, Fate.TOLD, time)));
                        claimed.told().forEach(told -> mine.add(told.event().time()));
                        if (claimed.things().isEmpty()) {
                            // The other one was faster; go on from where it is.
                            time = schedules().progress(List.of(thing)).get(0).lastFire();
                        }
                    }
                    return mine;
                }));
            }
            List<Long> all = new ArrayList<>();
            for (Future<List<Long>> claimer : claimers) {
                all.addAll(claimer.get());
            }
            assertThat(all).hasSize(50);
            assertThat(new TreeSet<>(all)).hasSize(50);
        } finally {
            threads.shutdownNow();
        }
        for (WriterId writer : List.of(first, second)) {
            journal().handOver(writer);
        }
        List<JournalEntry> left = journal().takeOver(first, List.of(), LONG, 100);
        assertThat(left).hasSize(50);
        journal().remove(left.stream().map(JournalEntry::id).toList());
    }

    @Test
    void fireTimesThatArePassedOverAreNotFired() throws Exception {
        long epoch = schedules().lead(first);
        schedules().begin(epoch, List.of(new Progress(thing, "every 100 ms", 1000)));

        Claimed claimed = schedules().claim(epoch, first, List.of(claim(1000, 9000, Fate.TOLD)));

        assertThat(claimed.things()).containsExactly(thing);
        assertThat(schedules().progress(List.of(thing)))
                .extracting(Progress::lastFire)
                .containsExactly(9000L);
        assertThat(fireTimes()).isEmpty();
    }

    @Test
    void aScheduleGoesWithItsThing() throws Exception {
        long epoch = schedules().lead(first);
        schedules().begin(epoch, List.of(new Progress(thing, "every 100 ms", 1000)));
        assertThat(schedules().progress(thing - 1, 1))
                .extracting(Progress::thingId)
                .containsExactly(thing);

        model().delete("Things", name);

        assertThat(schedules().progress(List.of(thing))).isEmpty();
        assertThat(schedules()
                        .claim(epoch, first, List.of(claim(1000, 1100, Fate.TOLD, 1100)))
                        .things())
                .isEmpty();
        schedules().begin(epoch, List.of(new Progress(thing, "every 100 ms", 1000)));
        assertThat(schedules().progress(List.of(thing))).isEmpty();
    }

    private RunKey fired() throws StoreException {
        long epoch = schedules().lead(first);
        schedules().begin(epoch, List.of(new Progress(thing, "every 100 ms", 1000)));
        schedules().claim(epoch, first, List.of(claim(1000, 1100, Fate.TOLD, 1100)));
        return new RunKey(thing, 1100, 77, "onTimer");
    }

    @Test
    void aRunIsBegunOnceAndItsEndIsKept() throws Exception {
        RunKey run = fired();
        assertThat(runs().begin(run, "Pump", first)).isEqualTo(Start.BEGUN);
        assertThat(runs().begin(run, "Pump", first)).isEqualTo(Start.BEGUN_BY_RUNNER);
        FireRecord record = runs().query(thing, 1100, 1100, 10).get(0);
        assertThat(record.run().orElseThrow().outcome()).isEqualTo(Outcome.RUNNING);
        assertThat(record.run().orElseThrow().ended()).isEmpty();

        runs().end(first, List.of(new ScheduleRunStore.Ended(run, Outcome.FAILED, "no \0 pump", 7)));

        ScheduleRunStore.Run kept =
                runs().query(thing, 0, Long.MAX_VALUE, 10).get(0).run().orElseThrow();
        assertThat(kept.subscriber()).isEqualTo("Pump");
        assertThat(kept.subscription()).isEqualTo("onTimer");
        assertThat(kept.node()).isEqualTo(first.node());
        assertThat(kept.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(kept.error()).isEqualTo("no   pump");
        assertThat(kept.ended().orElseThrow()).isEqualTo(kept.started() + 7);
        assertThat(runs().begin(run, "Pump", second)).isEqualTo(Start.BEGUN_BEFORE);
        assertThat(runs().query(thing, 0, Long.MAX_VALUE, 10)
                        .get(0)
                        .run()
                        .orElseThrow()
                        .outcome())
                .as("one that has ended is not lost")
                .isEqualTo(Outcome.FAILED);
    }

    @Test
    void whatALostNodeHasBegunIsNotBegunAgain() throws Exception {
        RunKey run = fired();
        assertThat(runs().begin(run, "Pump", first)).isEqualTo(Start.BEGUN);

        assertThat(runs().begin(run, "Pump", second)).isEqualTo(Start.BEGUN_BEFORE);

        assertThat(runs().query(thing, 0, Long.MAX_VALUE, 10)
                        .get(0)
                        .run()
                        .orElseThrow()
                        .outcome())
                .isEqualTo(Outcome.LOST);
        // It was merely slow, and knows better.
        runs().end(first, List.of(new ScheduleRunStore.Ended(run, Outcome.SUCCEEDED, "", 7)));
        assertThat(runs().query(thing, 0, Long.MAX_VALUE, 10)
                        .get(0)
                        .run()
                        .orElseThrow()
                        .outcome())
                .isEqualTo(Outcome.SUCCEEDED);
    }

    @Test
    void whatWasNotBegunAfterAllMayBeBegunAgain() throws Exception {
        RunKey run = fired();
        assertThat(runs().begin(run, "Pump", first)).isEqualTo(Start.BEGUN);
        runs().withdraw(run, first);
        assertThat(runs().begin(run, "Pump", second)).isEqualTo(Start.BEGUN);
    }

    @Test
    void whatNoScheduleHasFiredIsNotWrittenDown() throws Exception {
        assertThat(runs().begin(new RunKey(thing, 4711, 77, "onTimer"), "Pump", first))
                .isEqualTo(Start.NO_FIRE);
        assertThat(runs().query(thing, 0, Long.MAX_VALUE, 10)).isEmpty();
    }

    @Test
    void whatIsOldGoes() throws Exception {
        RunKey run = fired();
        assertThat(runs().begin(run, "Pump", first)).isEqualTo(Start.BEGUN);
        long now = schedules().now();
        assertThat(runs().removeBefore(now - 60_000))
                .as("by when it was claimed, however late that was")
                .isZero();
        assertThat(runs().removeBefore(now + 60_000)).isEqualTo(2);
        assertThat(runs().query(thing, 0, Long.MAX_VALUE, 10)).isEmpty();
    }
}
