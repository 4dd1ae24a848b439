package org.steadfast.distribution.cluster;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.steadfast.coordination.chassis.NodeFailure;

/**
 * The nodes of a cluster that others connect to.
 *
 * @param foundationNodes addresses by platform id
 * @param connectionServers addresses by platform id
 * @param authority of the nodes' certificates, PEM, where the cluster has one of its own
 */
public record ClusterNodes(
        Map<String, String> foundationNodes, Map<String, String> connectionServers, Optional<Path> authority) {
    /**
     * Reads the list of nodes in the folder of a cluster.
     *
     * @throws NodeFailure if there is none
     */
    public static ClusterNodes of(Path folder) throws NodeFailure {
        Instance instance = Instance.read(folder);
        return new ClusterNodes(
                addresses(instance, NodePlan.FOUNDATION_NODE),
                addresses(instance, NodePlan.CONNECTION_SERVER),
                Optional.of(new ClusterCertificate(instance.platform()))
                        .filter(ClusterCertificate::isOfTheCluster)
                        .map(ClusterCertificate::authority));
    }

    /** A name that stands in the certificates of all nodes; empty where none is known. */
    public Optional<String> nameInCertificates() {
        return authority.map(file -> ClusterCertificate.NODE_NAME);
    }

    private static Map<String, String> addresses(Instance instance, String role) {
        Map<String, String> addresses = new LinkedHashMap<>();
        instance.nodes(role).forEach(node -> addresses.put(node.id(), node.address()));
        return addresses;
    }
}
