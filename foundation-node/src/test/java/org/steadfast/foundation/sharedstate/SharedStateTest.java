package org.steadfast.foundation.sharedstate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.ignite.Ignition;
import org.apache.ignite.binary.BinaryType;
import org.apache.ignite.cache.CacheEntryProcessor;
import org.apache.ignite.cache.affinity.Affinity;
import org.apache.ignite.lang.IgniteCallable;
import org.apache.ignite.lang.IgniteRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.coordination.chassis.Readiness;
import org.steadfast.coordination.lease.Lease;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.coordination.settings.ClusterSettings;
import org.steadfast.foundation.Surroundings;
import org.steadfast.foundation.sharedstate.SharedTransfers.Word;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredValue;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.persistence.store.WriterId;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.ValueCodec;

/** Shared state of two real nodes with a real coordinator. */
@ExtendWith(Surroundings.Extension.class)
class SharedStateTest {
    private static final AtomicLong THINGS = new AtomicLong(1_000);
    private static final FakeStore STORE = new FakeStore();

    private static Node one;
    private static Node two;

    /** One of the nodes. */
    private record Node(
            SharedState state,
            CoordinatorClient coordinator,
            Lease lease,
            StateLoading loading,
            Readiness readiness,
            List<Set<WriterId>> repaired) {

        static Node join(Surroundings surroundings, String platformId) throws Exception {
            ClusterSettings cluster = surroundings.cluster("shared-state", platformId);
            CoordinatorClient coordinator = CoordinatorClient.connect(cluster);
            Readiness readiness = new Readiness();
            List<Set<WriterId>> repaired = new CopyOnWriteArrayList<>();
            Lease lease = Lease.claim(
                    coordinator,
                    cluster,
                    "127.0.0.1:0",
                    readiness.condition("lease", "not claimed"),
                    new SimpleMeterRegistry(),
                    reason -> {});
            SharedState state = SharedState.join(new SharedState.Joining(
                    cluster,
                    new SharedStateSettings(
                            "127.0.0.1",
                            Surroundings.freePort(),
                            surroundings.folder("shared-state"),
                            64,
                            Duration.ofMinutes(10),
                            Duration.ofSeconds(60),
                            2),
                    new WriterId(platformId, Long.parseLong(platformId.substring("state".length()))),
                    lease,
                    (joined, lost) -> repaired.add(Set.copyOf(lost)),
                    readiness,
                    new SimpleMeterRegistry(),
                    Optional.empty(),
                    reason -> {}));
            lease.prove(state.proofsOfMembership(coordinator, cluster));
            lease.awaitHeld(Duration.ofSeconds(10));
            StateLoading loading =
                    state.loading(coordinator, STORE, readiness.condition("shared state", "not joined yet"));
            return new Node(state, coordinator, lease, loading, readiness, repaired);
        }

        void leave() throws Exception {
            loading.close();
            lease.end();
            state.close();
            lease.close();
            coordinator.close();
        }
    }

    private final long thing = THINGS.incrementAndGet();

    /** They go to every node, and into the coordinator's files on their way; passwords are among them. */
    @Test
    void nodesKeepTheirEnvironmentAndTheirSystemPropertiesToThemselves() {
        Map<String, Object> attributes =
                Ignition.ignite("state1").cluster().localNode().attributes();
        assertThat(attributes).isNotEmpty();
        assertThat(System.getenv()).containsKey("PATH");
        assertThat(attributes).doesNotContainKeys("PATH", "user.dir", "surefire.test.class.path", "java.class.path");
    }

    @BeforeAll
    static void form(Surroundings surroundings) throws Exception {
        one = Node.join(surroundings, "state1");
        loadsWhatTheDatabaseHoldsOnceAndOverwritesNothing();
        two = Node.join(surroundings, "state2");
        assertThatThrownBy(() -> get(two.state().read(1, List.of("p0"), List.of())))
                .hasCauseInstanceOf(StateUnavailableException.class);
        two.loading().complete();
    }

    @AfterAll
    static void leave() throws Exception {
        for (Node node : new Node[] {two, one}) {
            if (node != null) {
                node.leave();
            }
        }
    }

    /** Can be seen once in the life of a cluster, so this is how the cluster of the other tests begins. */
    private static void loadsWhatTheDatabaseHoldsOnceAndOverwritesNothing() throws Exception {
        SharedState state = one.state();
        int count = 3_000;
        for (int i = 0; i < count; i++) {
            STORE.put(stored(1, "p" + i, i, "database " + i));
        }
        STORE.failNext();

        assertThatThrownBy(() -> get(state.read(1, List.of("p0"), List.of())))
                .hasCauseInstanceOf(StateUnavailableException.class);
        assertThatThrownBy(() -> get(state.read(1, List.of("p0"), List.of())))
                .hasCauseInstanceOf(StateUnavailableException.class);
        assertThat(one.readiness().isReady()).isFalse();
        assertThatThrownBy(() -> one.loading().complete()).isInstanceOf(StoreException.class);
        assertThat(one.readiness().isReady()).isFalse();

        // What other nodes publish meanwhile: newer than the database's rows as they were read.
        get(state.publish(List.of(stored(1, "p2999", 10_000, "published"))));
        one.loading().complete();

        // The lease and the settlement of the first membership come by themselves.
        await().until(() -> one.readiness().isReady());
        assertThat(text(state, 1, "p2999")).contains("published");
        assertThat(text(state, 1, "p0")).contains("database 0");
        assertThat(text(state, 1, "p2998")).contains("database 2998");
        assertThat(STORE.scans()).isEqualTo(2);
    }

    /** A class that the cluster hears of only when it is needed has kept a cluster that lost a node from answering for 40 s. */
    @Test
    void theClusterKnowsBeforehandWhatNodesSendEachOther() throws Exception {
        Path classes = Path.of(SharedState.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<String> travelling = new ArrayList<>();
        try (Stream<Path> files = Files.list(classes.resolve("org/steadfast/foundation/sharedstate"))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString().replace(".class", "");
                Class<?> type = Class.forName("org.steadfast.foundation.sharedstate." + name);
                if (CacheEntryProcessor.class.isAssignableFrom(type)
                        || IgniteRunnable.class.isAssignableFrom(type)
                        || IgniteCallable.class.isAssignableFrom(type)) {
                    travelling.add(type.getName());
                }
            }
        }

        assertThat(travelling).hasSizeGreaterThan(8);
        assertThat(Ignition.allGrids().get(0).binary().types())
                .extracting(BinaryType::typeName)
                .containsAll(travelling);
    }

    @Test
    void sessionsAreSeenOnEveryNodeAndOutliveOneAndEndByThemselves(Surroundings surroundings) throws Exception {
        SharedSessions.Session session = new SharedSessions.Session("token", "user", true, "key", "stamp", 7);
        Node third = Node.join(surroundings, "state4");
        for (int i = 0; i < 200; i++) {
            get(third.state().sessions().add(thing + "s" + i, session, Duration.ofMinutes(1)));
        }
        third.leave();
        for (int i = 0; i < 200; i++) {
            assertThat(get(two.state().sessions().find(thing + "s" + i))).contains(session);
        }

        get(one.state().sessions().remove(thing + "s1", session));
        assertThat(get(two.state().sessions().find(thing + "s1"))).isEmpty();
        SharedSessions.Session used = new SharedSessions.Session("token", "user", true, "key", "stamp", 8);
        assertThat(get(one.state().sessions().replace(thing + "s1", session, used, Duration.ofMinutes(1))))
                .as("what has ended does not come back")
                .isFalse();
        assertThat(get(two.state().sessions().find(thing + "s1"))).isEmpty();
        assertThat(get(two.state().sessions().replace(thing + "s4", session, used, Duration.ofMinutes(1))))
                .isTrue();
        assertThat(get(one.state().sessions().remove(thing + "s4", session))).isFalse();
        assertThat(get(one.state().sessions().find(thing + "s4"))).contains(used);
        get(one.state().sessions().replace(thing + "s2", session, used, Duration.ofMillis(200)));
        await().until(() -> get(two.state().sessions().find(thing + "s2")).isEmpty());
        assertThat(get(two.state().sessions().find(thing + "s3"))).contains(session);
    }

    @Test
    void isLoadedByOneNodeAlone() throws Exception {
        assertThat(STORE.scans()).isEqualTo(2);
        await().until(() -> two.readiness().isReady());
        assertThat(text(two.state(), 1, "p1234")).contains("database 1234");
        assertThat(one.state().nodeCount()).isEqualTo(2);
    }

    @Test
    void showsOnEveryNodeWhatOneHasPublished() throws Exception {
        get(two.state().publish(List.of(stored(thing, "a", 1, "first"), stored(thing, "b", 2, "second"))));

        for (SharedState state : List.of(one.state(), two.state())) {
            assertThat(text(state, thing, "a")).contains("first");
            Map<String, SharedValue> values = get(state.read(thing, List.of("b", "a", "never set"), List.of()));
            assertThat(values).containsOnlyKeys("a", "b");
            assertThat(values.get("b")).isEqualTo(new SharedValue(2, 17, "GOOD", Value.string("second")));
        }
    }

    @Test
    void knowsNothingOfWhatWasNeverSet() throws Exception {
        assertThat(text(one.state(), thing, "p")).isEmpty();
        assertThat(get(one.state().read(thing, List.of("p"), List.of()))).isEmpty();
        assertThat(get(one.state().read(thing, List.of(), List.of()))).isEmpty();
    }

    @Test
    void keepsTheNewerValueWhicheverIsPublishedLast() throws Exception {
        get(one.state().publish(List.of(stored(thing, "p", 5, "newer"))));
        get(two.state().publish(List.of(stored(thing, "p", 4, "older"))));
        get(two.state().publish(List.of(stored(thing, "p", 5, "same version"))));

        assertThat(text(one.state(), thing, "p")).contains("newer");
        assertThat(text(two.state(), thing, "p")).contains("newer");
    }

    @Test
    void endsWithTheNewestWhateverTheOrderAndTheNode() throws Exception {
        List<StoredValue> values = new ArrayList<>();
        for (long version = 1; version <= 200; version++) {
            values.add(stored(thing, "p" + version % 10, version, "version " + version));
        }
        Collections.shuffle(values, new Random(1));
        List<CompletableFuture<Void>> publishing = new ArrayList<>();
        for (StoredValue value : values) {
            SharedState state = value.version() % 3 == 0 ? one.state() : two.state();
            publishing.add(state.publish(List.of(value)));
        }
        for (CompletableFuture<Void> published : publishing) {
            get(published);
        }

        for (int i = 0; i < 10; i++) {
            assertThat(text(one.state(), thing, "p" + i)).contains("version " + (i == 0 ? 200 : 190 + i));
        }
    }

    @Test
    void publishesNothingWithoutTrouble() throws Exception {
        get(one.state().publish(List.of()));
        get(one.state().forget(thing, List.of()));
        get(one.state().forget(thing, List.of(), 5));
    }

    @Test
    void publishesAsManyValuesAsABatchHas() throws Exception {
        List<StoredValue> values = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            values.add(stored(thing + i % 50 * 1_000_000, "p" + i, i, "value " + i));
        }
        get(one.state().publish(values));

        assertThat(text(two.state(), thing + 49 * 1_000_000, "p499")).contains("value 499");
    }

    @Test
    void forgetsDroppedValuesForGood() throws Exception {
        get(one.state()
                .publish(List.of(
                        stored(thing, "dropped", 5, "old"),
                        stored(thing, "added anew", 8, "new"),
                        stored(thing, "kept", 3, "kept"))));

        get(two.state().forget(thing, List.of("dropped", "added anew", "never set"), 6));
        // One that was committed before, and is published late.
        get(one.state().publish(List.of(stored(thing, "dropped", 6, "late"))));

        for (SharedState state : List.of(one.state(), two.state())) {
            assertThat(text(state, thing, "dropped")).isEmpty();
            assertThat(get(state.read(thing, List.of("dropped", "added anew", "never set", "kept"), List.of())))
                    .containsOnlyKeys("added anew", "kept");
        }
        get(one.state().publish(List.of(stored(thing, "dropped", 9, "after"))));
        assertThat(text(two.state(), thing, "dropped")).contains("after");
    }

    @Test
    void keepsValuesThatAreInNoDatabaseBesideTheOthers() throws Exception {
        get(one.state().publish(List.of(stored(thing, "p", 4, "durable"))));
        get(one.state().write(List.of(inMemory("p", "first"), inMemory("q", "only"))));
        get(two.state().write(List.of(inMemory("p", "second"))));

        for (SharedState state : List.of(one.state(), two.state())) {
            assertThat(text(state, thing, "p")).contains("durable");
            Map<String, SharedValue> values = get(state.read(thing, List.of(), List.of("p", "q", "never set")));
            assertThat(values).containsOnlyKeys("p", "q");
            assertThat(values.get("p").value()).isEqualTo(Value.string("second"));
            assertThat(values.get("p").time()).isEqualTo(17);
            assertThat(get(state.read(thing, List.of(), List.of("q"))).get("q").value())
                    .isEqualTo(Value.string("only"));
        }
        get(one.state().forget(thing, List.of("p"), 0));
        assertThat(get(two.state().read(thing, List.of(), List.of("p", "q")))).containsOnlyKeys("q");
        get(one.state().forget(thing, List.of("q")));
        assertThat(get(two.state().read(thing, List.of(), List.of("q")))).isEmpty();
    }

    private ValueWrite inMemory(String property, String text) {
        return new ValueWrite(
                new PropertyKey(thing, property), ValueCodec.toBytes(Value.string(text)), 17, "GOOD", 0, 0);
    }

    @Test
    void theOldestNodeSettlesTheLossOfAnother(Surroundings surroundings) throws Exception {
        Node three = Node.join(surroundings, "state3");
        three.loading().complete();
        get(three.state().publish(List.of(stored(thing, "p", 4, "before"))));
        three.leave();

        await().untilAsserted(() ->
                assertThat(one.repaired()).anySatisfy(lost -> assertThat(lost).contains(new WriterId("state3", 3))));
        assertThat(text(one.state(), thing, "p")).contains("before");
        assertThat(text(two.state(), thing, "p")).contains("before");
        assertThat(two.repaired()).as("not the oldest").isEmpty();
    }

    @Test
    void forgetsTheValuesOfAThingThatWasDeleted() throws Exception {
        get(one.state().publish(List.of(stored(thing, "a", 1, "x"), stored(thing + 1_000, "a", 1, "other"))));

        get(two.state().forget(thing, List.of("a", "b")));

        assertThat(text(one.state(), thing, "a")).isEmpty();
        assertThat(text(one.state(), thing + 1_000, "a")).contains("other");
    }

    @Test
    void keepsAllValuesOfAThingInOnePlace() {
        Affinity<String> affinity = Ignition.ignite("state1").affinity(IgniteNode.PROPERTIES);
        int partition = affinity.partition(StateKey.of(thing, "a"));

        assertThat(partition)
                .isEqualTo(affinity.partition(StateKey.of(thing, "b")))
                .isEqualTo(affinity.partition(StateKey.of(thing, "c/d")));
        assertThat(List.of(1, 2, 3, 4, 5, 6, 7, 8).stream()
                        .map(i -> affinity.partition(StateKey.of(i, "a")))
                        .distinct())
                .hasSizeGreaterThan(4);
    }

    @Test
    void aCopyIsEndedUntilItIsPutToItsPlace() throws Exception {
        SharedTransfers here = one.state().transfers();
        SharedTransfers there = two.state().transfers();
        String id = "copy" + thing;
        assertThat(get(there.cancel(id))).as("there is none").isFalse();
        assertThat(get(here.tell(id, new byte[] {1}, Word.GOES_ON))).isFalse();
        assertThat(get(there.cancel(id))).isTrue();
        assertThat(get(here.tell(id, new byte[] {2}, Word.GOES_ON))).isTrue();
        assertThat(get(here.tell(id, new byte[] {3}, Word.LAST_CHANCE))).isTrue();

        String other = "other" + thing;
        assertThat(get(here.tell(other, new byte[] {1}, Word.LAST_CHANCE))).isFalse();
        assertThat(get(there.cancel(other))).as("too late").isFalse();
        assertThat(get(here.tell(other, new byte[] {2}, Word.GOES_ON))).isFalse();
        assertThat(get(there.find(other)).orElseThrow().isBeingKept()).isTrue();
        assertThat(get(here.tell(other, new byte[] {3}, Word.END))).isFalse();
        assertThat(get(there.find(other)).orElseThrow().isBeingKept()).isFalse();
        assertThat(get(there.cancel(other))).isFalse();
        assertThat(there.all(1_000)).hasSizeGreaterThanOrEqualTo(2);
    }

    /** So that no gateway is locked out whose thing stays after all. */
    @Test
    void aThingThatIsRetiredIsBoundNoMoreUntilItIsGivenBack() throws Exception {
        Bindings bindings = one.state().bindings();
        get(bindings.bind(thing, new Bindings.Binding(5, "Pump", "Pump", "cx1", 11, 1_000, true)));
        assertThat(get(bindings.retire(thing, 4))).isFalse();
        assertThat(get(bindings.retire(thing, 5))).isTrue();
        assertThat(get(bindings.retire(thing, 5))).as("it is already").isTrue();
        assertThat(get(bindings.retire(thing, Long.MAX_VALUE))).isTrue();
        assertThat(get(two.state().bindings().isRetired(thing))).isTrue();
        Bindings.Binding later = new Bindings.Binding(6, "Pump", "Pump", "cx1", 12, 2_000, true);
        assertThat(get(two.state().bindings().bind(thing, later)).orElseThrow().isLast())
                .isTrue();

        get(bindings.restore(thing));
        assertThat(get(two.state().bindings().isRetired(thing))).isFalse();
        get(two.state().bindings().bind(thing, later));
        assertThat(get(bindings.find(thing))).contains(later);
        get(bindings.restore(thing));
        assertThat(get(bindings.find(thing))).contains(later);
    }

    @Test
    void keepsTheLatestBinding() throws Exception {
        Bindings bindings = one.state().bindings();
        Bindings.Binding first = new Bindings.Binding(5, "Pump", "*7", "cx1", 11, 1_000, true);
        Bindings.Binding later = new Bindings.Binding(6, "Pump", "*7", "cx2", 22, 2_000, true);

        assertThat(get(bindings.find(thing))).isEmpty();
        assertThat(get(bindings.bind(thing, first))).isEmpty();
        assertThat(get(two.state().bindings().bind(thing, later))).contains(first);
        assertThat(get(bindings.bind(thing, first))).isEmpty();
        assertThat(get(two.state().bindings().find(thing))).contains(later);

        get(bindings.unbind(thing, 5));
        assertThat(get(bindings.find(thing))).contains(later);
        get(bindings.unbind(thing, 6));
        assertThat(get(bindings.find(thing))).contains(new Bindings.Binding(6, "Pump", "*7", "cx2", 22, 2_000, false));
        get(bindings.unbind(thing, 6));
    }

    /** A BIND that its device was told had failed may take effect after it was undone. */
    @Test
    void aBindingThatArrivesAfterItsEndStaysEnded() throws Exception {
        Bindings bindings = one.state().bindings();

        get(bindings.unbind(thing, 7));
        get(two.state().bindings().bind(thing, new Bindings.Binding(7, "Pump", "*7", "cx1", 11, 1_000, true)));

        assertThat(get(bindings.find(thing)).orElseThrow().bound()).isFalse();
        get(bindings.bind(thing, new Bindings.Binding(8, "Pump", "*7", "cx1", 12, 3_000, true)));
        assertThat(get(bindings.find(thing)).orElseThrow().bound()).isTrue();
    }

    private static StoredValue stored(long thingId, String property, long version, String text) {
        return new StoredValue(
                new PropertyKey(thingId, property), ValueCodec.toBytes(Value.string(text)), 17, "GOOD", version);
    }

    private static Optional<String> text(SharedState state, long thingId, String property) throws Exception {
        return Optional.ofNullable(
                        get(state.read(thingId, List.of(property), List.of())).get(property))
                .map(value -> ((Value.Text) value.value()).text());
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }
}
