package org.steadfast.foundation.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.steadfast.foundation.model.EffectiveShape;
import org.steadfast.foundation.model.Members;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;

@Timeout(60)
class ThingLookUpsTest {
    private final Model model = new Model();
    private ThingLookUps lookUps = lookUps(Duration.ofSeconds(30), 1 << 20);

    private ThingLookUps lookUps(Duration deadline, long mostBytes) {
        return new ThingLookUps(model, deadline, mostBytes);
    }

    @AfterEach
    void close() {
        model.databaseAnswers.countDown();
        lookUps.close();
    }

    /** A model whose database answers when the test says so. */
    private static final class Model implements ThingLookUps.Finder {
        private final Map<String, Thing> memory = new ConcurrentHashMap<>();
        private final CountDownLatch databaseAnswers = new CountDownLatch(1);
        private final List<String> asked = new CopyOnWriteArrayList<>();

        @Override
        public Optional<Thing> inMemory(String name) {
            return Optional.ofNullable(memory.get(name));
        }

        @Override
        public Thing require(String name) throws ModelException {
            asked.add(name);
            try {
                assertThat(databaseAnswers.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new ModelException(ModelException.Kind.UNAVAILABLE, "stopped", e);
            }
            if (name.startsWith("No")) {
                throw new ModelException(ModelException.Kind.NOT_FOUND, "no " + name);
            }
            return memory.computeIfAbsent(name, key -> thing(key));
        }
    }

    private static Thing thing(String name) {
        EffectiveShape shape = new EffectiveShape(Set.of(), List.of("RemoteThing"), Members.NONE);
        return new Thing(1, name, 1, 0, "", "RemoteThing", "", Optional.empty(), true, shape);
    }

    private CompletableFuture<DeviceReply> message(String thing, int number, List<Integer> done) {
        return lookUps.with(thing, 10, found -> {
            assertThat(found.name()).isEqualTo(thing);
            done.add(number);
            return CompletableFuture.completedFuture(DeviceReply.success());
        });
    }

    private static ModelException failure(CompletableFuture<DeviceReply> reply) {
        try {
            throw new AssertionError("answered " + reply.join());
        } catch (CompletionException e) {
            return (ModelException) e.getCause();
        }
    }

    @Test
    void aThingThatIsInMemoryWaitsForNoOther() {
        model.memory.put("Known", thing("Known"));
        List<Integer> done = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 20; i++) {
            CompletableFuture<DeviceReply> waits = message("Unknown" + i, i, done);
            assertThat(waits).isNotDone();
        }
        assertThat(message("Known", 100, done)).isCompleted();
        assertThat(done).containsExactly(100);
        assertThat(lookUps.waiting()).isEqualTo(20);
    }

    @Test
    void messagesForOneThingStayInOrderWhileItIsLookedUpAndAfter() {
        List<Integer> done = new CopyOnWriteArrayList<>();
        List<CompletableFuture<DeviceReply>> replies = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            replies.add(message("Pump1", i, done));
        }
        model.databaseAnswers.countDown();
        int more = 50;
        // It is in memory before the last of those that waited has been begun.
        while (replies.stream().anyMatch(reply -> !reply.isDone())) {
            replies.add(message("Pump1", more++, done));
        }
        assertThat(done).isSorted().hasSize(replies.size());
        assertThat(model.asked).containsExactly("Pump1");
        assertThat(lookUps.waiting()).isZero();
    }

    @Test
    void aMessageThatWaitsTooLongIsRefusedAndNotBegunLater() {
        lookUps.close();
        lookUps = lookUps(Duration.ofMillis(300), 1 << 20);
        List<Integer> done = new CopyOnWriteArrayList<>();
        CompletableFuture<DeviceReply> late = message("Pump1", 1, done);
        assertThat(failure(late).kind()).isEqualTo(ModelException.Kind.UNAVAILABLE);
        assertThat(failure(late)).hasMessageContaining("300 ms");
        CompletableFuture<DeviceReply> next = message("Pump1", 2, done);
        model.databaseAnswers.countDown();
        assertThat(next.join()).isEqualTo(DeviceReply.success());
        assertThat(done).containsExactly(2);
    }

    @Test
    void whatWaitsIsBounded() {
        lookUps.close();
        lookUps = lookUps(Duration.ofSeconds(30), 1000);
        List<Integer> done = new CopyOnWriteArrayList<>();
        List<CompletableFuture<DeviceReply>> replies = new ArrayList<>();
        for (int i = 0; i < 101; i++) {
            replies.add(message("Pump1", i, done));
        }
        assertThat(failure(replies.get(100))).hasMessageContaining("too many messages");
        model.databaseAnswers.countDown();
        await().until(() -> done.size() == 100);
        assertThat(message("Pump2", 101, done).join()).isEqualTo(DeviceReply.success());
    }

    @Test
    void aThingThatIsNotThereIsToldToAllWhoWait() {
        List<Integer> done = new CopyOnWriteArrayList<>();
        CompletableFuture<DeviceReply> one = message("NoPump", 1, done);
        CompletableFuture<DeviceReply> two = message("NoPump", 2, done);
        model.databaseAnswers.countDown();
        assertThat(failure(one).kind()).isEqualTo(ModelException.Kind.NOT_FOUND);
        assertThat(failure(two).kind()).isEqualTo(ModelException.Kind.NOT_FOUND);
        assertThat(done).isEmpty();
    }
}
