package org.steadfast.foundation.sharedstate;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCluster;
import org.apache.ignite.cluster.BaselineNode;
import org.apache.ignite.cluster.ClusterNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which nodes hold shares of the state. A node that is away keeps its place for a while: most come back within seconds, and copying
 * its share to the others and back again slows all writes down twice. A node that is new gets its share at once.
 */
final class Baseline {
    private static final Logger log = LoggerFactory.getLogger(Baseline.class);

    private Baseline() {}

    /**
     * Gives this node a share, where it has none yet. Only one node may do so at a time.
     *
     * @param absence how long a node may be away before its share goes to the others
     */
    static void join(Ignite ignite, Duration absence) {
        IgniteCluster cluster = ignite.cluster();
        Object self = cluster.localNode().consistentId();
        Collection<BaselineNode> baseline = cluster.currentBaselineTopology();
        boolean isIn = baseline != null
                && baseline.stream().anyMatch(node -> node.consistentId().equals(self));
        if (!isIn) {
            // Ignite refuses a change by hand while it makes changes by itself.
            cluster.baselineAutoAdjustEnabled(false);
            cluster.setBaselineTopology(cluster.topologyVersion());
        }
        if (cluster.baselineAutoAdjustTimeout() != absence.toMillis()) {
            cluster.baselineAutoAdjustTimeout(absence.toMillis());
        }
        if (!cluster.isBaselineAutoAdjustEnabled()) {
            cluster.baselineAutoAdjustEnabled(true);
        }
        log.info(
                "Nodes with a share of the state: {}",
                cluster.currentBaselineTopology().stream()
                        .map(BaselineNode::consistentId)
                        .toList());
    }

    /** Gives the places of nodes that are away to those that are here, at once. */
    static void leaveOutAbsent(Ignite ignite) {
        IgniteCluster cluster = ignite.cluster();
        Set<Object> present = cluster.forServers().nodes().stream()
                .map(ClusterNode::consistentId)
                .collect(Collectors.toSet());
        boolean isAnyAway =
                cluster.currentBaselineTopology().stream().anyMatch(node -> !present.contains(node.consistentId()));
        if (isAnyAway) {
            cluster.baselineAutoAdjustEnabled(false);
            cluster.setBaselineTopology(cluster.topologyVersion());
            cluster.baselineAutoAdjustEnabled(true);
            log.info("Nodes that are away have lost their share of the state; those with one are {}", present);
        }
    }
}
