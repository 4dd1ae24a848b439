package org.steadfast.foundation.sharedstate;

import java.util.List;
import java.util.UUID;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.coordination.settings.ClusterSettings;

/** What Ignite's discovery keeps at the coordinator for a node, as of Ignite 2.17. */
final class DiscoveryNode {
    private DiscoveryNode() {}

    /** Where Ignite's discovery keeps its nodes; absolute. */
    static String root(ClusterSettings cluster) {
        return "/" + cluster.namespace() + "/ignite";
    }

    /**
     * The path that exists at the coordinator as long as the cluster counts this node as a member. (In Ignite's
     * {@code ZkIgnitePaths} these are the children of {@code n}, with the node's id in their names; they belong to the session of
     * the node's discovery.)
     */
    static String membership(CoordinatorClient coordinator, ClusterSettings cluster, UUID nodeId) throws Exception {
        String folder = root(cluster) + "/n";
        List<String> members = coordinator.curator().usingNamespace(null).getChildren().forPath(folder).stream()
                .filter(name -> name.contains(nodeId.toString()))
                .toList();
        if (members.size() != 1) {
            throw new NodeFailure(
                    ExitCode.FAILED, "the coordinator has " + members.size() + " entries of this node in " + folder);
        }
        return folder + "/" + members.get(0);
    }
}
