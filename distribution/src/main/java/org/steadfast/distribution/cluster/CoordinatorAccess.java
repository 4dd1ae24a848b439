package org.steadfast.distribution.cluster;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.coordination.settings.ClusterSettings;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.coordination.settings.SettingsFile;
import org.steadfast.coordination.settings.SettingsReader;
import org.steadfast.coordination.tls.CoordinatorCertificate;
import org.steadfast.coordination.tls.NodeTls;
import org.steadfast.distribution.node.SettingsSections;

/** How commands that are no nodes reach the coordinator of a cluster. For one thread at a time. */
final class CoordinatorAccess implements AutoCloseable {
    private final ClusterSettings cluster;
    /** Empty where the coordinator speaks without TLS. */
    private final Optional<NodeTls> tls;
    /** Null until the first connection. */
    private CoordinatorClient client;

    private CoordinatorAccess(ClusterSettings cluster, Optional<NodeTls> tls) {
        this.cluster = cluster;
        this.tls = tls;
    }

    /**
     * Speaks as the nodes of a machine do.
     *
     * @throws NodeFailure if no node is on it, or their certificate cannot be used
     */
    static CoordinatorAccess open(Instance instance, Machine machine) throws InvalidSettingsException, NodeFailure {
        // Certificates may be of one node each; any will do.
        String node = machine.nodesOf(instance).get(0).id();
        Map<String, String> environment = new LinkedHashMap<>(System.getenv());
        environment.put(
                SettingsFile.ENVIRONMENT_PREFIX + "PlatformSettingsConfig__ClusteredModeSettings__PlatformId", node);
        SettingsFile file = SettingsFile.load(instance.platform(), node, environment);
        SettingsReader reader = new SettingsReader(file, environment, SettingsSections.paths());
        ClusterSettings cluster = reader.section(ClusterSettings.PATH, ClusterSettings.class);
        CoordinatorCertificate certificate = CoordinatorCertificate.read(reader);
        reader.finish();
        return new CoordinatorAccess(cluster, NodeTls.open(certificate));
    }

    /**
     * Connects where it has not done so. The client is closed with this.
     *
     * @throws NodeFailure if no server of the coordinator answers in time
     */
    CoordinatorClient client() throws NodeFailure, InterruptedException {
        if (client == null) {
            client = CoordinatorClient.connect(cluster, tls.flatMap(NodeTls::withCoordinators));
        }
        return client;
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
        tls.ifPresent(NodeTls::close);
    }
}
