package org.steadfast.foundation.sharedstate;

import java.io.Serial;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteDataStreamer;
import org.apache.ignite.lang.IgniteRunnable;
import org.apache.ignite.resources.IgniteInstanceResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.chassis.Readiness;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.persistence.store.PropertyStore;
import org.steadfast.persistence.store.StoreException;

/**
 * Fills shared state from the database: that of a cluster that was started from nothing, and the parts of a running one whose
 * copies are all gone. One node loads, under a lock at the coordinator; the mark that it leaves in shared state is gone when all
 * nodes are, and so is what was loaded. While something is missing, the gate is closed on every node.
 */
public final class StateLoading implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StateLoading.class);
    private static final String LOADED = "loaded";
    private static final String GATE = "state-gate";
    private static final int BUFFERED_ENTRIES = 2048;
    private static final long PROGRESS_EVERY = 50_000;
    private static final long WATCH_MILLIS = 500;
    private static final Duration STALLED = Duration.ofMinutes(1);
    private static final Duration OTHERS_WAIT = Duration.ofSeconds(10);
    private static final List<String> CACHES = List.of(
            IgniteNode.PROPERTIES, IgniteNode.BINDINGS, IgniteNode.SESSIONS, IgniteNode.TRANSFERS, IgniteNode.CLUSTER);

    private final Ignite ignite;
    private final StateGate gate;
    private final OwnShare share;
    private final IgniteCache<String, byte[]> cluster;
    private final InterProcessMutex mutex;
    private final InterProcessMutex baselineMutex;
    private final PropertyStore store;
    private final int readers;
    private final Duration absence;
    private final Readiness.Condition condition;
    private final Duration timeout;
    private final ScheduledExecutorService watcher =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "state-watch"));

    /**
     * @param condition met while shared state is complete on this node
     * @param timeout for the loading, by this node or another
     */
    StateLoading(
            Ignite ignite,
            StateGate gate,
            CoordinatorClient coordinator,
            PropertyStore store,
            SharedStateSettings settings,
            Readiness.Condition condition,
            Duration timeout) {
        this.ignite = ignite;
        this.gate = gate;
        this.share = new OwnShare(ignite, CACHES);
        this.cluster = ignite.cache(IgniteNode.CLUSTER);
        this.mutex = new InterProcessMutex(coordinator.curator(), "/state-loading");
        this.baselineMutex = new InterProcessMutex(coordinator.curator(), "/state-baseline");
        this.store = store;
        this.readers = settings.loadingReaders();
        this.absence = settings.absencePatience();
        this.condition = condition;
        this.timeout = timeout;
        ignite.cluster().nodeLocalMap().put(GATE, gate);
    }

    /**
     * Returns when shared state is complete: loaded by this node or another, and this node's share of it moved here. From then on
     * lost parts are noticed and loaded again.
     *
     * @throws NodeFailure if the database fails on the way, or it takes too long
     */
    public void complete() throws Exception {
        long start = System.nanoTime();
        joinBaseline();
        while (!gate.isOpen()) {
            loadWhatIsMissing();
            condition.unmet("moving this node's share of shared state here");
            long closings = gate.closings();
            awaitShare();
            if (!isSomethingMissing()) {
                var unused = gate.openUnlessClosedSince(closings);
            }
        }
        condition.met();
        log.info("Shared state is complete after {} ms", (System.nanoTime() - start) / 1_000_000);
        var unused = watcher.scheduleWithFixedDelay(this::watch, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void awaitShare() throws NodeFailure, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        Map<String, Long> before = Map.of();
        while (!share.awaitFor(STALLED)) {
            if (System.nanoTime() > deadline) {
                throw new NodeFailure(
                        ExitCode.FAILED,
                        "this node's share of shared state was not here within " + timeout.toSeconds() + " s");
            }
            Map<String, Long> missing = share.missing();
            log.info("This node's share of shared state is not here yet: missing are parts {}", missing);
            if (missing.equals(before)) {
                log.warn(
                        "STATE_INCOMPLETE: nothing of it has come for {} s; its moving is begun anew",
                        STALLED.toSeconds());
                var unused = ignite.cache(IgniteNode.PROPERTIES).rebalance();
            }
            before = missing;
        }
    }

    private void joinBaseline() throws Exception {
        condition.unmet("waiting for another node that joins");
        if (!baselineMutex.acquire(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new NodeFailure(
                    ExitCode.FAILED, "another node was joining for longer than " + timeout.toSeconds() + " s");
        }
        try {
            condition.unmet("moving this node's share of shared state here");
            Baseline.join(ignite, absence);
            // Nodes that join one after the other move less than all at once; but one that is held up holds up nobody
            // for long.
            var unused = share.awaitFor(OTHERS_WAIT);
        } finally {
            baselineMutex.release();
        }
    }

    private void watch() {
        try {
            long closings = gate.closings();
            if (isSomethingMissing()) {
                log.warn("STATE_LOST: parts of shared state have no copy left; loading them again");
                gate.close("shared state is being loaded again");
                condition.unmet(gate.reason());
                loadWhatIsMissing();
                log.info("Shared state is complete again");
            } else if (gate.isOpen() || gate.openUnlessClosedSince(closings)) {
                condition.met();
            } else {
                condition.unmet(gate.reason());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            gate.close("shared state cannot be reached");
            condition.unmet(gate.reason());
            log.warn("STATE_INCOMPLETE: shared state could not be completed; trying again", e);
        }
    }

    private boolean isSomethingMissing() {
        return CACHES.stream()
                        .anyMatch(name -> !ignite.cache(name).lostPartitions().isEmpty())
                || !cluster.containsKey(LOADED);
    }

    private void loadWhatIsMissing() throws Exception {
        if (!isSomethingMissing()) {
            return;
        }
        condition.unmet("waiting for the node that loads shared state");
        if (!mutex.acquire(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new NodeFailure(
                    ExitCode.FAILED,
                    "shared state was not loaded by another node within " + timeout.toSeconds() + " s");
        }
        try {
            if (isSomethingMissing()) {
                // Lost parts refuse reads until they are reset; after that they look empty. So the gates are closed
                // before,
                // and the mark is gone before: should this node die on the way, another one finds it missing.
                ignite.compute(ignite.cluster().forServers()).broadcast(new CloseGate());
                removeMark();
                // Again: one that looked before the mark was gone may have found nothing missing, and opened its gate.
                ignite.compute(ignite.cluster().forServers()).broadcast(new CloseGate());
                // A part whose places are all kept for nodes that are away has nowhere to be loaded to.
                Baseline.leaveOutAbsent(ignite);
                ignite.resetLostPartitions(CACHES);
                load();
                cluster.put(LOADED, new byte[] {1});
            }
        } finally {
            mutex.release();
        }
    }

    private void removeMark() {
        if (ignite.cache(IgniteNode.CLUSTER).lostPartitions().isEmpty()) {
            cluster.remove(LOADED);
        } else {
            // Lost itself, it is gone when the lost parts are reset; remove it then, in case a part of them was not.
            ignite.resetLostPartitions(List.of(IgniteNode.CLUSTER));
            cluster.remove(LOADED);
        }
    }

    private void load() throws StoreException, InterruptedException {
        condition.unmet("loading shared state");
        long start = System.nanoTime();
        long expected = Math.max(1, store.estimate());
        AtomicLong loaded = new AtomicLong();
        try (IgniteDataStreamer<String, byte[]> streamer = ignite.dataStreamer(IgniteNode.PROPERTIES)) {
            // Never replaces an entry, so what a node publishes meanwhile stands.
            streamer.allowOverwrite(false);
            streamer.skipStore(true);
            streamer.perNodeBufferSize(BUFFERED_ENTRIES);
            var unused = store.scan(readers, value -> {
                var added = streamer.addData(StateKey.of(value.key()), SharedValue.encode(value));
                long count = loaded.incrementAndGet();
                if (count % PROGRESS_EVERY == 0) {
                    tellProgress(count, expected);
                }
            });
        }
        log.info("Loaded {} values into shared state in {} ms", loaded.get(), (System.nanoTime() - start) / 1_000_000);
    }

    private void tellProgress(long count, long expected) {
        String progress = "loading shared state: " + count + " values";
        if (expected >= count) {
            progress += " of about " + expected + " (" + 100 * count / expected + " %)";
        }
        condition.unmet(progress);
        log.info("{}", progress);
    }

    @Override
    public void close() {
        watcher.shutdownNow();
    }

    /** Runs on every node before lost parts are reset. */
    static final class CloseGate implements IgniteRunnable {
        @Serial
        private static final long serialVersionUID = 1L;

        @IgniteInstanceResource
        private transient Ignite ignite;

        @Override
        public void run() {
            // A node that has no gate yet answers nothing yet.
            if (ignite.cluster().nodeLocalMap().get(GATE) instanceof StateGate gate) {
                gate.close("shared state is being loaded again");
            }
        }
    }
}
