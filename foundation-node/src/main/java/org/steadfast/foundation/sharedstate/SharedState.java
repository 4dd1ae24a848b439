package org.steadfast.foundation.sharedstate;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.cache.processor.EntryProcessorResult;
import javax.net.ssl.SSLContext;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteCompute;
import org.apache.ignite.IgniteState;
import org.apache.ignite.Ignition;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.lang.IgniteCallable;
import org.apache.ignite.lang.IgniteFuture;
import org.apache.ignite.lang.IgniteRunnable;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.chassis.Readiness;
import org.steadfast.coordination.lease.Lease;
import org.steadfast.coordination.lease.Standing;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.coordination.settings.ClusterSettings;
import org.steadfast.persistence.store.FollowedWrites;
import org.steadfast.persistence.store.PropertyStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredValue;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.persistence.store.WriterId;
import org.steadfast.persistence.store.Written;

/**
 * The current values of properties, equal on every node, and the bindings of things. Two copies of each value live on two nodes;
 * the database is what survives. Safe for use by several threads.
 */
public final class SharedState implements AutoCloseable {
    private static final int CONTINUATION_THREADS = 4;
    private static final Duration LOADING_TIMEOUT = Duration.ofMinutes(30);

    private final Ignite ignite;
    private final IgniteCache<String, byte[]> properties;
    private final IgniteCache<String, byte[]> bindings;
    private final IgniteCache<String, byte[]> sessions;
    private final IgniteCache<String, byte[]> transfers;
    /** Runs what waits for Ignite's answers; its queue is bounded by the requests under way. */
    private final ExecutorService continuations;

    private final PublishesUnderWay publishes = new PublishesUnderWay();
    private final Settlement settlement;
    /** Kept, because meters do not keep what they measure. */
    private final Copies copies;

    private final StateGate gate;
    private final CoordinatorPatience patience;
    private final SharedStateSettings settings;
    private final long incarnation;
    /** Numbers the writes of this life of the node. */
    private final AtomicLong inMemoryWrites = new AtomicLong();
    /** Written once, by {@link #tell}. */
    private volatile Onlooker onlooker = Onlooker.NOBODY;
    /** Written once, by {@link #close}. */
    private volatile boolean closing;

    private SharedState(Ignite ignite, ExecutorService continuations, CoordinatorPatience patience, Joining joining) {
        this.ignite = ignite;
        this.continuations = continuations;
        this.patience = patience;
        this.settings = joining.settings();
        this.incarnation = joining.writer().incarnation();
        this.settlement = new Settlement(
                ignite,
                lost -> joining.repair().repair(this, lost),
                publishes,
                joining.readiness().condition("settlement", "not joined yet"),
                joining.registry());
        this.gate = new StateGate(joining.standing(), settlement);
        this.copies = new Copies(ignite);
        copies.register(joining.registry());
        this.properties = ignite.cache(IgniteNode.PROPERTIES);
        this.bindings = ignite.cache(IgniteNode.BINDINGS);
        this.sessions = ignite.cache(IgniteNode.SESSIONS);
        this.transfers = ignite.cache(IgniteNode.TRANSFERS);
    }

    /**
     * What a node joins shared state with.
     *
     * @param writer the life as a writer that the others fence when this node is lost
     * @param standing whether this node may answer
     * @param repair what completes what lost nodes have left half done
     * @param tls what nodes speak with each other; empty for plain connections
     * @param onEnd called when the cluster went on without this node; what this node holds is stale from then on
     */
    public record Joining(
            ClusterSettings cluster,
            SharedStateSettings settings,
            WriterId writer,
            Standing standing,
            Repair repair,
            Readiness readiness,
            MeterRegistry registry,
            Optional<SSLContext> tls,
            Consumer<String> onEnd) {}

    /** Completes what lost nodes have left half done. */
    @FunctionalInterface
    public interface Repair {
        /**
         * Keeps the lost writers from writing, and publishes what they may have committed without publishing it. May be repeated.
         *
         * @throws StoreException if the database cannot be asked now
         */
        void repair(SharedState state, Collection<WriterId> lost) throws StoreException, InterruptedException;
    }

    /**
     * Joins the shared state of the cluster, or founds it where there is none.
     *
     * @throws NodeFailure if the cluster cannot be joined
     */
    public static SharedState join(Joining joining) throws NodeFailure {
        ExecutorService continuations =
                Executors.newFixedThreadPool(CONTINUATION_THREADS, task -> new Thread(task, "state-continuation"));
        try {
            Ignite ignite = IgniteNode.start(
                    joining.cluster(),
                    joining.settings(),
                    joining.writer(),
                    joining.tls(),
                    continuations,
                    joining.onEnd());
            CoordinatorPatience patience =
                    CoordinatorPatience.give(ignite, joining.settings().coordinatorPatience());
            TravellingTypes.register(ignite);
            SharedState state = new SharedState(ignite, continuations, patience, joining);
            state.watchEnd(joining.onEnd());
            state.settlement.start();
            return state;
        } catch (NodeFailure e) {
            continuations.shutdown();
            throw e;
        }
    }

    /**
     * Paths at the coordinator that exist as long as the cluster counts this node as a member.
     *
     * @throws Exception if the coordinator cannot be asked
     */
    public List<String> proofsOfMembership(CoordinatorClient coordinator, ClusterSettings cluster) throws Exception {
        return List.of(DiscoveryNode.membership(
                coordinator, cluster, ignite.cluster().localNode().id()));
    }

    /**
     * The current values of properties of one thing; those never set are missing. Fails with a {@link StateUnavailableException}
     * while this node cannot tell them.
     *
     * @param durable names of properties that the database holds as well
     * @param inMemory names of properties that shared state alone holds
     */
    public CompletableFuture<Map<String, SharedValue>> read(
            long thingId, Collection<String> durable, Collection<String> inMemory) {
        if (durable.size() + inMemory.size() == 1) {
            return readOne(thingId, durable, inMemory);
        }
        TreeSet<String> keys = new TreeSet<>();
        durable.forEach(name -> keys.add(StateKey.of(thingId, name)));
        inMemory.forEach(name -> keys.add(StateKey.inMemory(thingId, name)));
        return gate.read(() -> completable(() -> properties.getAllAsync(keys)), found -> {
            Map<String, SharedValue> values = new HashMap<>();
            found.forEach(
                    (key, bytes) -> decode(key, bytes).ifPresent(value -> values.put(StateKey.property(key), value)));
            return values;
        });
    }

    /**
     * Which values of a thing are wanted.
     *
     * @param durable names of properties that the database holds as well
     * @param inMemory names of properties that shared state alone holds
     */
    public record Wanted(long thingId, Collection<String> durable, Collection<String> inMemory) {}

    /**
     * Values of one thing.
     *
     * @param values those that were set, by property
     * @param bytes how long they are together
     */
    public record OfThing(Map<String, SharedValue> values, long bytes) {
        /** None. */
        public static final OfThing NONE = new OfThing(Map.of(), 0);
    }

    /**
     * Like {@link #read(long, Collection, Collection)}, of several things in one go, by their numbers. Of how many is for the caller
     * to bound.
     */
    public CompletableFuture<Map<Long, OfThing>> read(Collection<Wanted> wanted) {
        TreeSet<String> keys = new TreeSet<>();
        for (Wanted each : wanted) {
            each.durable().forEach(name -> keys.add(StateKey.of(each.thingId(), name)));
            each.inMemory().forEach(name -> keys.add(StateKey.inMemory(each.thingId(), name)));
        }
        return gate.read(() -> completable(() -> properties.getAllAsync(keys)), found -> {
            Map<Long, Map<String, SharedValue>> values = new HashMap<>();
            Map<Long, Long> lengths = new HashMap<>();
            found.forEach((key, bytes) -> {
                long thing = StateKey.thingId(key);
                Map<String, SharedValue> ofThing = values.computeIfAbsent(thing, id -> new HashMap<>());
                decode(key, bytes).ifPresent(value -> ofThing.put(StateKey.property(key), value));
                lengths.merge(thing, (long) bytes.length, Long::sum);
            });
            Map<Long, OfThing> things = new HashMap<>();
            values.forEach((thing, ofThing) -> things.put(thing, new OfThing(ofThing, lengths.get(thing))));
            return things;
        });
    }

    private CompletableFuture<Map<String, SharedValue>> readOne(
            long thingId, Collection<String> durable, Collection<String> inMemory) {
        String key = durable.isEmpty()
                ? StateKey.inMemory(thingId, inMemory.iterator().next())
                : StateKey.of(thingId, durable.iterator().next());
        return gate.read(
                () -> completable(() -> properties.getAsync(key)),
                bytes -> bytes == null
                        ? Map.of()
                        : decode(key, bytes)
                                .map(value -> Map.of(StateKey.property(key), value))
                                .orElseGet(Map::of));
    }

    private static Optional<SharedValue> decode(String key, byte[] bytes) {
        return StateKey.isInMemory(key) ? InMemoryEntry.value(bytes) : SharedValue.decode(bytes);
    }

    /**
     * Writes values that are in no database. When the future completes, every later read on any node sees them or newer ones, as
     * long as not all copies are lost.
     *
     * @param writes at most one per key
     * @return what it did to the properties that are followed
     */
    public CompletableFuture<List<Written.Followed>> write(List<ValueWrite> writes) {
        TreeMap<String, SetInMemory> processors = new TreeMap<>();
        for (ValueWrite write : writes) {
            processors.put(
                    StateKey.inMemory(write.key().thingId(), write.key().property()),
                    new SetInMemory(incarnation, inMemoryWrites.incrementAndGet(), write));
        }
        CompletableFuture<List<Written.Followed>> written = new CompletableFuture<>();
        CompletableFuture<List<Written.Followed>> tracked = publishes.follow(written);
        var unused = completable(() -> properties.invokeAllAsync(processors))
                .thenApply(replaced -> followed(writes, replaced))
                .whenComplete((done, failure) -> {
                    onlooker()
                            .ifPresent(told -> writes.forEach(write -> told.changed(
                                    write.key().thingId(), write.key().property())));
                    if (failure == null) {
                        written.complete(done);
                    } else {
                        written.completeExceptionally(failure);
                    }
                });
        return tracked;
    }

    private static List<Written.Followed> followed(
            List<ValueWrite> writes, Map<String, EntryProcessorResult<byte[]>> replaced) {
        requireAll(replaced);
        List<Written.Followed> followed = new ArrayList<>(0);
        for (ValueWrite write : writes) {
            EntryProcessorResult<byte[]> result = replaced.get(
                    StateKey.inMemory(write.key().thingId(), write.key().property()));
            byte[] before = result == null ? null : result.get();
            if (before != null) {
                FollowedWrites each =
                        new FollowedWrites(write.key(), write.follow().orElseThrow(), List.of(write));
                followed.add(
                        new Written.Followed(each, InMemoryEntry.decode(before).before(), 0));
            }
        }
        return followed;
    }

    /** Follows something that publishes values, also if it takes several attempts, so that the others wait for it after a loss. */
    public <T> CompletableFuture<T> follow(CompletableFuture<T> publish) {
        return publishes.follow(publish);
    }

    /**
     * Publishes committed values. When the future completes, every later read on any node sees them or newer ones.
     *
     * @param values at most one per key
     */
    public CompletableFuture<Void> publish(List<StoredValue> values) {
        // Sorted, because batches that lock the same entries in different orders would wait for each other.
        TreeMap<String, SetIfNewer> processors = new TreeMap<>();
        for (StoredValue value : values) {
            processors.put(StateKey.of(value.key()), new SetIfNewer(SharedValue.encode(value)));
        }
        // Told before it is acknowledged, and also where it failed: a part of it may be visible.
        return completable(() -> properties.invokeAllAsync(processors))
                .thenApply(SharedState::requireAll)
                .whenComplete((done, failure) -> onlooker()
                        .ifPresent(told -> values.forEach(value ->
                                told.changed(value.key().thingId(), value.key().property()))));
    }

    /** Whoever wants to hear of changes, where there is somebody. */
    private Optional<Onlooker> onlooker() {
        Onlooker told = onlooker;
        return told.isThere() ? Optional.of(told) : Optional.empty();
    }

    /** An entry that failed by itself shows when its result is read. */
    private static <T> Void requireAll(Map<String, EntryProcessorResult<T>> results) {
        results.values().forEach(EntryProcessorResult::get);
        return null;
    }

    /**
     * Forgets the values of properties that a thing has no more. Values that are written later stand, and one that is still on
     * its way here is not taken in.
     *
     * @param newest greatest version of the values to be forgotten; 0 where there are none
     */
    public CompletableFuture<Void> forget(long thingId, Collection<String> names, long newest) {
        if (names.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        TreeSet<String> inMemory = new TreeSet<>();
        names.forEach(name -> inMemory.add(StateKey.inMemory(thingId, name)));
        CompletableFuture<Void> removed = completable(() -> properties.removeAllAsync(inMemory));
        if (newest == 0) {
            return removed;
        }
        TreeMap<String, Forget> processors = new TreeMap<>();
        names.forEach(name -> processors.put(StateKey.of(thingId, name), new Forget(newest)));
        return completable(() -> properties.invokeAllAsync(processors))
                .thenApply(SharedState::requireAll)
                .thenCombine(removed, (forgotten, done) -> done);
    }

    /** Forgets a thing that was deleted, its values and its binding; its number is never given to another. */
    public CompletableFuture<Void> forget(long thingId, Collection<String> names) {
        CompletableFuture<Boolean> unbound = bindings().forget(thingId);
        if (names.isEmpty()) {
            return unbound.thenApply(done -> null);
        }
        TreeSet<String> keys = new TreeSet<>();
        for (String name : names) {
            keys.add(StateKey.of(thingId, name));
            keys.add(StateKey.inMemory(thingId, name));
        }
        return completable(() -> properties.removeAllAsync(keys)).thenCombine(unbound, (removed, done) -> removed);
    }

    /** Begins to tell somebody of the values that this node changes. Those of a thing that was deleted are not told. */
    public void tell(Onlooker somebody) {
        onlooker = somebody;
    }

    /** The bindings of things. */
    public Bindings bindings() {
        return new Bindings(bindings, gate);
    }

    /** The sessions of users. */
    public SharedSessions sessions() {
        return new SharedSessions(sessions, gate);
    }

    /** Copies of files between devices and repositories. */
    public SharedTransfers transfers() {
        return new SharedTransfers(transfers, gate);
    }

    /**
     * What fills shared state from the database, and opens it for reading.
     *
     * @param condition met while shared state is complete on this node
     */
    public StateLoading loading(CoordinatorClient coordinator, PropertyStore store, Readiness.Condition condition) {
        return new StateLoading(ignite, gate, coordinator, store, settings, condition, LOADING_TIMEOUT);
    }

    /** Keeps an object where tasks that other nodes send here find it. */
    public void putLocal(String name, Object object) {
        ignite.cluster().nodeLocalMap().put(name, object);
    }

    /**
     * Makes a task known to the whole cluster before it is needed. Whoever runs a task with {@link #runEverywhere} or {@link #askEverywhere}
     * does this when the node starts.
     *
     * @param sample any object of the task's class
     */
    public void introduce(Object sample) {
        TravellingTypes.register(ignite, sample);
    }

    /** Runs a task on every node, this one among them; completes when all have run it. */
    public CompletableFuture<Void> runEverywhere(IgniteRunnable task) {
        IgniteCompute compute = ignite.compute(ignite.cluster().forServers());
        return completable(() -> compute.broadcastAsync(task));
    }

    /**
     * What a node answers.
     *
     * @param content empty where it has failed
     * @param failure why there is no answer; empty where there is one
     */
    public record Answer(String platformId, String content, Optional<String> failure) {}

    /**
     * Asks nodes, this one among them, and completes when each has answered, has failed, or has been silent for too long.
     *
     * @param question answers with a text
     * @param platformIds of those that are asked
     */
    public CompletableFuture<List<Answer>> askEverywhere(
            IgniteCallable<String> question, Predicate<String> platformIds, Duration patience) {
        List<CompletableFuture<Answer>> answers = ignite.cluster().forServers().nodes().stream()
                .filter(node -> platformIds.test(node.consistentId().toString()))
                .map(node -> ask(node, question, patience))
                .toList();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done -> answers.stream().map(CompletableFuture::join).toList());
    }

    private CompletableFuture<Answer> ask(ClusterNode node, IgniteCallable<String> question, Duration patience) {
        String platformId = node.consistentId().toString();
        IgniteCompute compute = ignite.compute(ignite.cluster().forNode(node));
        return completable(() -> compute.callAsync(question))
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                // Not on the one thread that ends what has taken too long, all over this process.
                .handleAsync(
                        (content, failure) -> failure == null
                                ? new Answer(platformId, content, Optional.empty())
                                : new Answer(platformId, "", Optional.of(reason(failure, patience))),
                        continuations);
    }

    private static String reason(Throwable failure, Duration patience) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root instanceof TimeoutException
                ? "it has not answered within " + patience.toMillis() + " ms"
                : root.toString();
    }

    /** Messages to and from the other nodes. */
    public NodeMessages messages() {
        return new NodeMessages(ignite);
    }

    /** Begins to watch whether this node reaches the others. */
    public PeerWatch watchPeers(Lease lease, ClusterSettings cluster, MeterRegistry registry) {
        return PeerWatch.start(ignite, lease, cluster.sessionTimeout(), registry);
    }

    /** The lives as writers of all nodes that share the state now. */
    public Set<WriterId> members() {
        return ignite.cluster().forServers().nodes().stream()
                .map(IgniteNode::writerOf)
                .collect(Collectors.toSet());
    }

    /** How many nodes share the state now. */
    public int nodeCount() {
        return ignite.cluster().forServers().nodes().size();
    }

    /** Begins something. A failure to begin comes as any other does. */
    static <T> CompletableFuture<T> completable(Supplier<IgniteFuture<T>> beginning) {
        CompletableFuture<T> completable = new CompletableFuture<>();
        try {
            beginning.get().listen(done -> {
                try {
                    completable.complete(done.get());
                } catch (RuntimeException e) {
                    completable.completeExceptionally(e);
                }
            });
        } catch (RuntimeException e) {
            completable.completeExceptionally(e);
        }
        return completable;
    }

    /** Ignite may stop by itself, when its memory is full for one; without it this node can tell nothing. */
    private void watchEnd(Consumer<String> onSegmented) {
        String name = ignite.name();
        Ignition.addListener((stopped, state) -> {
            if (name.equals(stopped) && state != IgniteState.STARTED && !closing) {
                gate.close("shared state has stopped on this node");
                onSegmented.accept("shared state has stopped on this node: " + state);
            }
        });
    }

    /** Leaves the cluster; the copies that this node held are made anew on the others. */
    @Override
    public void close() {
        closing = true;
        settlement.close();
        patience.close();
        Ignition.stop(ignite.name(), false);
        continuations.shutdown();
    }
}
