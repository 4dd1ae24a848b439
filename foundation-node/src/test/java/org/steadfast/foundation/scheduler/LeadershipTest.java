package org.steadfast.foundation.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.foundation.RunningNode;
import org.steadfast.foundation.event.FireSink;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.Thing;
import org.steadfast.persistence.store.FiredEvent;
import org.steadfast.persistence.store.ScheduleStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.WriterId;

/** One time as the singleton, over a database whose answers get lost. */
@ExtendWith(RunningNode.Extension.class)
class LeadershipTest {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final RunningNode node;
    private final String name = "Led" + UUID.randomUUID().toString().substring(0, 8);
    private final Answers store = new Answers();
    private final Sink sink = new Sink();
    private Leadership leadership;

    LeadershipTest(RunningNode node) {
        this.node = node;
    }

    /** What the database has claimed, whether or not it says so. */
    private static final class Answers implements ScheduleStore {
        final Map<Long, Progress> progress = new TreeMap<>();
        final List<FiredEvent> claimed = new ArrayList<>();
        boolean losesAnswers;

        @Override
        public long lead(WriterId leader) {
            return 1;
        }

        @Override
        public Optional<Leadership> leadership() {
            return Optional.empty();
        }

        @Override
        public long now() {
            return System.currentTimeMillis();
        }

        @Override
        public List<Progress> progress(long afterThing, int limit) {
            return progress.values().stream()
                    .filter(one -> one.thingId() > afterThing)
                    .limit(limit)
                    .toList();
        }

        @Override
        public List<Progress> progress(Collection<Long> things) {
            return things.stream().map(progress::get).filter(one -> one != null).toList();
        }

        @Override
        public void begin(long epoch, List<Progress> schedules) {
            schedules.forEach(one -> progress.put(one.thingId(), one));
        }

        @Override
        public void end(long epoch, Collection<Long> things) {
            things.forEach(progress::remove);
        }

        @Override
        public Claimed claim(long epoch, WriterId writer, List<Claim> claims) throws StoreException {
            Set<Long> moved = new HashSet<>();
            List<Told> told = new ArrayList<>();
            for (Claim claim : claims) {
                Progress before = progress.get(claim.thingId());
                if (before != null && before.lastFire() == claim.after()) {
                    progress.put(claim.thingId(), new Progress(claim.thingId(), before.plan(), claim.upTo()));
                    moved.add(claim.thingId());
                    claim.fires().forEach(fire -> {
                        claimed.add(fire.event());
                        told.add(new Told(fire.event(), claimed.size()));
                    });
                }
            }
            if (losesAnswers) {
                losesAnswers = false;
                throw new StoreException(StoreException.Kind.UNAVAILABLE, "the connection broke");
            }
            return new Claimed(now(), moved, told);
        }
    }

    private static final class Sink implements FireSink {
        boolean hasRoom = true;

        @Override
        public boolean hasRoom() {
            return hasRoom;
        }

        @Override
        public boolean isHeard(Thing source, String event) {
            return true;
        }

        @Override
        public void tell(FiredEvent event, long journalId, Runnable onEnded) {
            onEnded.run();
        }
    }

    @BeforeEach
    void lead() throws Exception {
        assertThat(node.put(
                                "Things",
                                "{\"name\":\"" + name + "\",\"thingTemplate\":\"Timer\",\"configurationTables\":"
                                        + "{\"Settings\":{\"rows\":[{\"updateRate\":100}]}}}")
                        .statusCode())
                .isEqualTo(200);
        // One that only reads needs nothing but the database.
        Model model = new Model(node.database().model(), null, null, 100);
        leadership = Leadership.take(
                store,
                new WriterId("led", 1),
                model,
                sink,
                new ModelChanges(),
                new SchedulerMetrics(new SimpleMeterRegistry()),
                1_000);
    }

    @AfterEach
    void end() throws Exception {
        node.delete("Things/" + name);
    }

    private List<Long> times() {
        return store.claimed.stream()
                .filter(event -> event.thing().equals(name))
                .map(FiredEvent::time)
                .toList();
    }

    private void turnUntilClaimed(int number) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (times().size() < number) {
            assertThat(System.nanoTime()).as("claimed so far: " + times()).isLessThan(end);
            leadership.turn(10);
        }
    }

    @Test
    void aClaimWhoseAnswerWasLostIsNotMadeAgain() throws Exception {
        turnUntilClaimed(2);
        store.losesAnswers = true;
        int before = times().size();

        assertThatThrownBy(() -> turnUntilClaimed(before + 1)).isInstanceOf(StoreException.class);
        turnUntilClaimed(before + 3);

        List<Long> times = times();
        for (int i = 1; i < times.size(); i++) {
            assertThat(times.get(i) - times.get(i - 1)).as(times.toString()).isEqualTo(100);
        }
    }

    @Test
    void nothingIsClaimedWhileTooManyEventsWait() throws Exception {
        turnUntilClaimed(1);
        sink.hasRoom = false;
        int before = times().size();

        assertThatThrownBy(() -> turnUntilClaimed(before + 1)).isInstanceOf(HeldUpException.class);
        assertThat(times()).hasSize(before);

        sink.hasRoom = true;
        turnUntilClaimed(before + 1);
    }
}
