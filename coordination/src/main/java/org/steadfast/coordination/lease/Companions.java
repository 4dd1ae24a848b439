package org.steadfast.coordination.lease;

import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.KeeperException;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.protocol.release.Generation;
import org.steadfast.protocol.release.ProductVersion;

/** Whether a node can run beside those that are there already. Stateless. */
public final class Companions {
    private Companions() {}

    /**
     * To be asked before anything is changed that the others see, and again when this node has its own lease, for one that came meanwhile.
     *
     * @param platformId of the node that asks; whoever had it before does not count
     * @throws NodeFailure {@link ExitCode#OTHER_VERSION} if one of them runs a version that this one does not work with
     * @throws Exception if the coordinator cannot be reached
     */
    public static void require(CoordinatorClient coordinator, String platformId, Generation own) throws Exception {
        for (String id : platformIds(coordinator)) {
            Optional<DeathNotice.Found> other =
                    id.equals(platformId) ? Optional.empty() : DeathNotice.find(coordinator.curator(), id);
            // What one that was killed has left stays for a session timeout.
            if (other.isPresent() && !other.get().entry().process().isProvablyGone()) {
                require(id, other.get().entry().generation(), own);
            }
        }
    }

    private static List<String> platformIds(CoordinatorClient coordinator) throws Exception {
        try {
            return coordinator.curator().getChildren().forPath(LeaseEntry.FOLDER);
        } catch (KeeperException.NoNodeException e) {
            return List.of();
        }
    }

    private static void require(String id, Generation other, Generation own) throws NodeFailure {
        if (!own.worksWith(other)) {
            throw new NodeFailure(
                    ExitCode.OTHER_VERSION,
                    "this is version " + ProductVersion.get() + " of generation " + own.number()
                            + ", which cannot run beside "
                            + id + " of generation " + other.number() + " (oldest beside this version: " + own.oldest()
                            + ", beside that one: " + other.oldest()
                            + "); stop the nodes of all machines before you start those of another generation");
        }
    }
}
