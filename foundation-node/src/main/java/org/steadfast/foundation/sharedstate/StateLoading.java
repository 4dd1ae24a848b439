package org.steadfast.foundation.sharedstate;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteDataStreamer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.persistence.store.PropertyStore;
import org.steadfast.persistence.store.StoreException;

/**
 * Fills the shared state of a cluster that was started from nothing. One node loads, under a lock at the coordinator; the mark
 * that it leaves in shared state is gone when all nodes are, and so is what was loaded.
 */
public final class StateLoading {
    private static final Logger log = LoggerFactory.getLogger(StateLoading.class);
    private static final String LOADED = "loaded";
    private static final int BUFFERED_ENTRIES = 2048;
    private static final long PROGRESS_EVERY = 50_000;

    private final Ignite ignite;
    private final IgniteCache<String, byte[]> properties;
    private final IgniteCache<String, byte[]> cluster;

    StateLoading(Ignite ignite, IgniteCache<String, byte[]> properties, IgniteCache<String, byte[]> cluster) {
        this.ignite = ignite;
        this.properties = properties;
        this.cluster = cluster;
    }

    /**
     * Returns when shared state is complete: loaded by this node or another, and this node's share of it moved here.
     *
     * @param progress told how far it is, in words for operators
     * @throws NodeFailure if the database fails on the way, or it takes longer than {@code timeout}
     */
    public void complete(
            CoordinatorClient coordinator, PropertyStore store, Consumer<String> progress, Duration timeout)
            throws Exception {
        long start = System.nanoTime();
        if (!cluster.containsKey(LOADED)) {
            InterProcessMutex mutex = new InterProcessMutex(coordinator.curator(), "/state-loading");
            progress.accept("waiting for the node that loads shared state");
            if (!mutex.acquire(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new NodeFailure(
                        ExitCode.FAILED,
                        "shared state was not loaded by another node within " + timeout.toSeconds() + " s");
            }
            try {
                if (!cluster.containsKey(LOADED)) {
                    load(store, progress);
                    cluster.put(LOADED, new byte[] {1});
                }
            } finally {
                mutex.release();
            }
        }
        progress.accept("moving this node's share of shared state here");
        properties.rebalance().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        log.info("Shared state is complete after {} ms", (System.nanoTime() - start) / 1_000_000);
    }

    private void load(PropertyStore store, Consumer<String> progress) throws StoreException {
        AtomicLong loaded = new AtomicLong();
        try (IgniteDataStreamer<String, byte[]> streamer = ignite.dataStreamer(IgniteNode.PROPERTIES)) {
            // Never replaces an entry, so what a node publishes meanwhile stands.
            streamer.allowOverwrite(false);
            streamer.skipStore(true);
            streamer.perNodeBufferSize(BUFFERED_ENTRIES);
            store.scan(value -> {
                var unused = streamer.addData(StateKey.of(value.key()), SharedValue.encode(value));
                if (loaded.incrementAndGet() % PROGRESS_EVERY == 0) {
                    progress.accept("loading shared state: " + loaded.get() + " values");
                }
            });
        }
        log.info("Loaded {} values into shared state", loaded.get());
    }

    /** True where some part of shared state has no copy left. */
    public boolean hasLostParts() {
        return !properties.lostPartitions().isEmpty();
    }
}
