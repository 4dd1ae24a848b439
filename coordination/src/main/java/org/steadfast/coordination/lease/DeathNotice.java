package org.steadfast.coordination.lease;

import java.util.Optional;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.coordination.membership.Election;

/**
 * Tells the coordinator that a node's process has ended, so that the cluster goes on at once and not after the session timeout.
 * Only for whoever knows it for certain: its supervisor, which saw it end, or its successor on the same system.
 */
public final class DeathNotice {
    private static final Logger log = LoggerFactory.getLogger(DeathNotice.class);

    private DeathNotice() {}

    /**
     * Removes what the process left at the coordinator, where it has ended. Does nothing where there is nothing, where it is
     * another process that holds it now, or where it cannot be proved from here that it has ended.
     *
     * @param pid the number of the process that has ended
     * @return whether something was removed
     * @throws Exception if the coordinator cannot be reached; its session timeout does the same later
     */
    public static boolean deliver(CoordinatorClient coordinator, String platformId, long pid) throws Exception {
        Optional<Found> found = find(coordinator.curator(), platformId);
        if (found.isEmpty() || found.get().entry().process().pid() != pid) {
            return false;
        }
        return deliver(coordinator.curator(), platformId, found.get());
    }

    /** An entry as it stands at the coordinator. */
    record Found(LeaseEntry entry, Stat stat) {}

    static Optional<Found> find(CuratorFramework curator, String platformId) throws Exception {
        Stat stat = new Stat();
        try {
            byte[] bytes = curator.getData().storingStatIn(stat).forPath(LeaseEntry.path(platformId));
            return Optional.of(new Found(LeaseEntry.decode(bytes), stat));
        } catch (KeeperException.NoNodeException e) {
            return Optional.empty();
        }
    }

    /** True where the process has ended and its entry is gone now. */
    static boolean deliver(CuratorFramework curator, String platformId, Found found) throws Exception {
        if (!found.entry().process().isProvablyGone()) {
            return false;
        }
        CuratorFramework root = curator.usingNamespace(null);
        for (String proof : found.entry().proofs()) {
            root.delete().quietly().forPath(proof);
        }
        Election.withdraw(curator, platformId, found.stat().getEphemeralOwner());
        Optional<Found> now = find(curator, platformId);
        // Its successor may have an entry of its own by now.
        if (now.isPresent() && now.get().stat().getCzxid() == found.stat().getCzxid()) {
            curator.delete().quietly().forPath(LeaseEntry.path(platformId));
        }
        log.info(
                "{} (process {}) has ended; the cluster goes on without it",
                platformId,
                found.entry().process().pid());
        return true;
    }
}
