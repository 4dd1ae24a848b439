package org.steadfast.foundation.sharedstate;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.ignite.Ignite;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.internal.processors.cache.distributed.dht.topology.GridDhtPartitionState;
import org.apache.ignite.internal.processors.cache.distributed.dht.topology.GridDhtPartitionTopology;

/**
 * The parts of shared state that belong on this node, and whether they have been moved here. Only looks: Ignite's way of waiting for
 * that, {@code IgniteCache.rebalance()}, begins the moving of all caches anew, and Ignite (2.17) stops the node by an assertion where
 * a part arrives at that very moment.
 */
final class OwnShare {
    private static final long LOOK_MILLIS = 20;

    private final Ignite ignite;
    private final Collection<String> caches;

    OwnShare(Ignite ignite, Collection<String> caches) {
        this.ignite = ignite;
        this.caches = caches;
    }

    /**
     * Waits until it is here, or nowhere: a part that is lost cannot move.
     *
     * @return whether it is; else the time is over
     */
    boolean awaitFor(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!isHere()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            Thread.sleep(LOOK_MILLIS);
        }
        return true;
    }

    /** How many parts of each cache are not here yet. */
    Map<String, Long> missing() {
        ClusterNode self = ignite.cluster().localNode();
        Map<String, Long> missing = new TreeMap<>();
        for (String cache : caches) {
            GridDhtPartitionTopology topology = Copies.topology(ignite, cache);
            missing.put(
                    cache,
                    Arrays.stream(ignite.affinity(cache).allPartitions(self))
                            .filter(part -> !isSettled(topology, self.id(), part))
                            .count());
        }
        return missing;
    }

    private boolean isHere() {
        return caches.stream().allMatch(this::isHere);
    }

    private boolean isHere(String cache) {
        ClusterNode self = ignite.cluster().localNode();
        int[] parts = ignite.affinity(cache).allPartitions(self);
        GridDhtPartitionTopology topology = Copies.topology(ignite, cache);
        return parts.length > 0 && Arrays.stream(parts).allMatch(part -> isSettled(topology, self.id(), part));
    }

    private static boolean isSettled(GridDhtPartitionTopology topology, UUID self, int part) {
        GridDhtPartitionState state = topology.partitionState(self, part);
        return state == GridDhtPartitionState.OWNING || state == GridDhtPartitionState.LOST;
    }
}
