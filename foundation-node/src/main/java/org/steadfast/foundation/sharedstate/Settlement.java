package org.steadfast.foundation.sharedstate;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.Serial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.events.DiscoveryEvent;
import org.apache.ignite.events.EventType;
import org.apache.ignite.lang.IgniteCallable;
import org.apache.ignite.lang.IgnitePredicate;
import org.apache.ignite.lang.IgniteRunnable;
import org.apache.ignite.resources.IgniteInstanceResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.Readiness;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.WriterId;

/**
 * Settles what was under way when a node was lost. A value is put on its first copy a moment before its second, and can be read
 * there; if the first copy is lost in that moment, the value would be gone again after somebody has read it. So after each loss,
 * before any node answers another read,
 *
 * <ol>
 *   <li>the lost node is fenced in the database, and what it committed without publishing it is published;
 *   <li>every node waits until what it was publishing itself has arrived on the copies that there are now.
 * </ol>
 *
 * The oldest node leads this, for one version of the membership after the other. If it is lost on the way, the next oldest does it
 * all again. Safe for use by several threads.
 */
final class Settlement implements StateGate.Settled, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Settlement.class);
    private static final String NAME = "settlement";
    private static final int[] EVENTS = {EventType.EVT_NODE_JOINED, EventType.EVT_NODE_LEFT, EventType.EVT_NODE_FAILED};
    private static final long TICK_MILLIS = 200;
    private static final long RETRY_MILLIS = 500;
    private static final long STEP_SECONDS = 10;
    /** What is settled sooner than this is no reason to send clients elsewhere: they wait. */
    private static final long TOLD_NANOS = 2_000_000_000L;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Ignite ignite;
    private final Repair repair;
    private final PublishesUnderWay publishes;
    private final Readiness.Condition condition;
    private final Timer duration;
    private final Counter losses;
    private final IgnitePredicate<DiscoveryEvent> listener = this::membershipChanged;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "settlement"));

    /** The version of the membership up to which all is settled. Grows; written by the leader's announcements. */
    private final AtomicLong settledVersion = new AtomicLong();
    /**
     * The version of the membership of which this node knows who was lost. Ignite's own version may be ahead of it for a moment, and
     * nothing may be settled that is not known yet. Written by Ignite's event thread, after {@link #lost}.
     */
    private final AtomicLong seenVersion = new AtomicLong();
    /** What readers wait for: each adds its own, and it is removed when it completes. */
    private final Set<CompletableFuture<Void>> waiting = ConcurrentHashMap.newKeySet();
    /** Since when the present membership is not settled; 0 where it is. Used by the settlement's thread. */
    private long unsettledSince;
    /** Writers that were lost, by the version of the membership at which they were; removed when settled. */
    private final Map<WriterId, Long> lost = new ConcurrentHashMap<>();

    /** Fences lost writers and publishes what they left behind. */
    interface Repair {
        void repair(Collection<WriterId> lost) throws StoreException, InterruptedException;
    }

    Settlement(
            Ignite ignite,
            Repair repair,
            PublishesUnderWay publishes,
            Readiness.Condition condition,
            MeterRegistry registry) {
        this.ignite = ignite;
        this.repair = repair;
        this.publishes = publishes;
        this.condition = condition;
        this.duration = Timer.builder("steadfast.state.settlement")
                .description("Time to settle what was under way when a node was lost")
                .register(registry);
        this.losses = Counter.builder("steadfast.state.losses")
                .description("Nodes that left or were lost, as this node has seen it")
                .register(registry);
    }

    /** Begins to take part; until the leader has announced the present membership, nothing is settled here. */
    void start() {
        ignite.cluster().nodeLocalMap().put(NAME, this);
        ignite.events().localListen(listener, EVENTS);
        // Whoever went between this node's joining and the line above.
        long version = ignite.cluster().topologyVersion();
        Collection<ClusterNode> before =
                ignite.cluster().topology(ignite.cluster().localNode().order());
        if (before != null) {
            before.stream()
                    .filter(node -> ignite.cluster().node(node.id()) == null)
                    .forEach(node -> lost.put(IgniteNode.writerOf(node), version));
        }
        seenVersion.accumulateAndGet(version, Math::max);
        var unused = thread.scheduleWithFixedDelay(this::advance, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean isSettled() {
        return settledVersion.get() >= ignite.cluster().topologyVersion();
    }

    @Override
    public CompletableFuture<Void> whenSettled() {
        CompletableFuture<Void> waiter = new CompletableFuture<>();
        waiting.add(waiter);
        if (isSettled()) {
            waiter.complete(null);
        }
        return waiter.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> waiting.remove(waiter))
                .exceptionally(failure -> {
                    throw new StateUnavailableException(reason());
                });
    }

    private static String reason() {
        return "a node was lost; what it was writing is being settled";
    }

    private boolean membershipChanged(DiscoveryEvent event) {
        long version = event.topologyVersion();
        if (event.type() == EventType.EVT_NODE_JOINED) {
            // Nothing gets lost by that.
            if (settledVersion.compareAndSet(version - 1, version)) {
                signal();
            }
        } else {
            losses.increment();
            lost.put(IgniteNode.writerOf(event.eventNode()), version);
            log.info("{} {}", event.eventNode().consistentId(), event.shortDisplay());
        }
        seenVersion.accumulateAndGet(version, Math::max);
        thread.execute(this::advance);
        return true;
    }

    /** Leads, where this node is the oldest; asks the oldest else, because an announcement may have been missed. */
    private void advance() {
        long version = seenVersion.get();
        if (settledVersion.get() >= version) {
            unsettledSince = 0;
            condition.met();
            return;
        }
        if (unsettledSince == 0) {
            unsettledSince = System.nanoTime();
        } else if (System.nanoTime() - unsettledSince > TOLD_NANOS) {
            condition.unmet(reason());
        }
        try {
            ClusterNode oldest = ignite.cluster().forServers().forOldest().node();
            if (oldest.isLocal()) {
                settle(version);
            } else {
                announced(ask(oldest));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (StoreException e) {
            condition.unmet(reason() + ": " + e.getMessage());
            log.warn("SETTLEMENT_WAITS: what lost nodes were writing cannot be settled yet: {}", e.getMessage());
        } catch (RuntimeException e) {
            log.warn("SETTLEMENT_WAITS: what lost nodes were writing cannot be settled yet", e);
        }
    }

    private void settle(long version) throws StoreException, InterruptedException {
        long start = System.nanoTime();
        Map<WriterId, Long> writers = Map.copyOf(lost);
        if (!writers.isEmpty()) {
            repair.repair(writers.keySet());
            for (boolean ended : onEveryNode(new AwaitPublishes())) {
                if (!ended) {
                    throw new StateUnavailableException("a node still publishes what it began before the loss");
                }
            }
        }
        announced(version);
        if (!writers.isEmpty()) {
            duration.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            log.info("Settled the loss of {} in {} ms", writers.keySet(), (System.nanoTime() - start) / 1_000_000);
        }
        ignite.compute(ignite.cluster().forServers())
                .withTimeout(TimeUnit.SECONDS.toMillis(STEP_SECONDS))
                .broadcastAsync(new Announce(version));
    }

    private List<Boolean> onEveryNode(IgniteCallable<Boolean> task) {
        return new ArrayList<>(ignite.compute(ignite.cluster().forServers())
                .withTimeout(TimeUnit.SECONDS.toMillis(STEP_SECONDS))
                .broadcast(task));
    }

    private long ask(ClusterNode oldest) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
        if (isSettled()) {
            return settledVersion.get();
        }
        return ignite.compute(ignite.cluster().forNode(oldest))
                .withTimeout(TimeUnit.SECONDS.toMillis(STEP_SECONDS))
                .call(new AskSettled());
    }

    private void announced(long version) {
        settledVersion.accumulateAndGet(version, Math::max);
        lost.values().removeIf(at -> at <= version);
        signal();
    }

    private void signal() {
        if (isSettled()) {
            waiting.forEach(waiter -> waiter.completeAsync(() -> null));
        }
    }

    @Override
    public void close() {
        try {
            ignite.events().stopLocalListen(listener, EVENTS);
        } catch (IgniteException | IllegalStateException e) {
            log.debug("Shared state has stopped already", e);
        }
        thread.shutdownNow();
    }

    private static Settlement of(Ignite ignite) {
        return (Settlement) ignite.cluster().nodeLocalMap().get(NAME);
    }

    /** Tells a node up to which version all is settled. */
    static final class Announce implements IgniteRunnable {
        @Serial
        private static final long serialVersionUID = 1L;

        private final long version;

        @IgniteInstanceResource
        private transient Ignite ignite;

        Announce(long version) {
            this.version = version;
        }

        @Override
        public void run() {
            Settlement settlement = of(ignite);
            // A node that does not take part yet asks by itself.
            if (settlement != null) {
                settlement.announced(version);
            }
        }
    }

    /** Asks the leader up to which version all is settled. */
    static final class AskSettled implements IgniteCallable<Long> {
        @Serial
        private static final long serialVersionUID = 1L;

        @IgniteInstanceResource
        private transient Ignite ignite;

        @Override
        public Long call() {
            Settlement settlement = of(ignite);
            return settlement == null ? 0 : settlement.settledVersion.get();
        }
    }

    /** Returns on each node when what it was publishing has ended, or false when that takes too long. */
    static final class AwaitPublishes implements IgniteCallable<Boolean> {
        @Serial
        private static final long serialVersionUID = 1L;

        @IgniteInstanceResource
        private transient Ignite ignite;

        @Override
        public Boolean call() throws Exception {
            Settlement settlement = of(ignite);
            try {
                if (settlement != null) {
                    settlement.publishes.ended().get(STEP_SECONDS / 2, TimeUnit.SECONDS);
                }
                return true;
            } catch (TimeoutException e) {
                return false;
            }
        }
    }
}
