package org.steadfast.foundation.sharedstate;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.ignite.Ignite;
import org.apache.ignite.spi.discovery.zk.ZookeeperDiscoverySpi;
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

    /**
     * Makes Ignite wait for a coordinator that is away. By itself it stops a node that has had no connection for as long as its
     * session lasts, and so all nodes at once when the coordinator as a whole is away, although the sessions go on when that is
     * back. Nobody answers from stale state meanwhile: that is what the lease is for. Ignite has no setting for it.
     */
    static void waitForCoordinator(Ignite ignite, Duration patience) throws NodeFailure {
        try {
            ZookeeperDiscoverySpi discovery =
                    (ZookeeperDiscoverySpi) ignite.configuration().getDiscoverySpi();
            Object client = field(field(field(discovery, "impl"), "rtState"), "zkClient");
            Field timeout = client.getClass().getDeclaredField("connLossTimeout");
            timeout.setAccessible(true);
            timeout.setLong(client, patience.toMillis());
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new NodeFailure(ExitCode.FAILED, "this version of Ignite is not the one that we know: " + e, e);
        }
    }

    private static Object field(Object object, String name) throws ReflectiveOperationException {
        Field field = object.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(object);
    }
}
