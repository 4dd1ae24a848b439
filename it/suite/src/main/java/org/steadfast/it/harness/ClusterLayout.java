package org.steadfast.it.harness;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a cluster under test consists of.
 *
 * @param startingQuickly whether its processes are tuned to start quickly rather than to run fast for long
 * @param onMachines whether its nodes are spread over machines with a network of their own, which {@link Network} can cut
 * @param settings that are not as shipped, by their paths
 * @param database that the cluster does not run itself
 */
public record ClusterLayout(
        int foundationNodes,
        int connectionServers,
        int coordinators,
        boolean startingQuickly,
        boolean onMachines,
        Map<String, String> settings,
        Optional<PostgresServers> database) {
    private static final String PLATFORM = "PlatformSettingsConfig.";
    private static final String FAILOVER =
            "PersistenceProviderPackageConfigs.PostgresPersistenceProviderPackage.Failover.";

    /** One coordinator; plain processes on this machine that start quickly. */
    public static ClusterLayout of(int foundationNodes, int connectionServers) {
        return new ClusterLayout(foundationNodes, connectionServers, 1, true, false, Map.of(), Optional.empty());
    }

    public ClusterLayout withCoordinators(int number) {
        return new ClusterLayout(
                foundationNodes, connectionServers, number, startingQuickly, onMachines, settings, database);
    }

    /** Its processes run as shipped, for figures. */
    public ClusterLayout asShipped() {
        return new ClusterLayout(
                foundationNodes, connectionServers, coordinators, false, onMachines, settings, database);
    }

    /** On machines of their own: foundation1 with coordinator1 and so on, and the database alone. */
    public ClusterLayout spreadOverMachines() {
        return new ClusterLayout(
                foundationNodes, connectionServers, coordinators, startingQuickly, true, settings, database);
    }

    /** With one setting, such as {@code ConnectionServerSettings.LinkTimeout}, that is not as shipped. */
    public ClusterLayout withSetting(String path, String value) {
        return withSettings(Map.of(PLATFORM + path, value));
    }

    private ClusterLayout withSettings(Map<String, String> others) {
        Map<String, String> more = new HashMap<>(settings);
        more.putAll(others);
        return new ClusterLayout(
                foundationNodes,
                connectionServers,
                coordinators,
                startingQuickly,
                onMachines,
                Map.copyOf(more),
                database);
    }

    /** Whose history goes to an InfluxDB. */
    public ClusterLayout withInflux(InfluxServer influx) {
        return withSettings(Map.of(
                "PersistenceProviderPackageConfigs.InfluxDataPersistenceProviderPackage.ConnectionInformation.url",
                influx.url()));
    }

    /** With servers of a database, over which the cluster watches by that policy. */
    public ClusterLayout withDatabase(PostgresServers servers, String policy) {
        ClusterLayout watching = withSettings(Map.of(
                FAILOVER + "enabled",
                "true",
                FAILOVER + "servers",
                servers.addresses(),
                FAILOVER + "policy",
                policy,
                FAILOVER + "username",
                PostgresServers.FAILOVER_ROLE,
                FAILOVER + "password",
                PostgresServers.PASSWORD));
        return new ClusterLayout(
                foundationNodes,
                connectionServers,
                coordinators,
                startingQuickly,
                onMachines,
                watching.settings,
                Optional.of(servers));
    }

    /** The settings as nodes take them from their environment. */
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        settings.forEach((path, value) -> environment.put("STEADFAST__" + path.replace(".", "__"), value));
        return environment;
    }

    /**
     * What {@code cluster create} is told.
     *
     * @param network of the machines, where there are several
     */
    List<String> options(Optional<Network> network) {
        if (network.isPresent()) {
            return new Machines(this).options(network.get());
        }
        List<String> options = new ArrayList<>(List.of(
                "--free-ports",
                "--coordinators=" + coordinators,
                "--foundation-nodes=" + foundationNodes,
                "--connection-servers=" + connectionServers));
        database.ifPresent(servers -> {
            options.add("--database-url=" + servers.urlForNodes());
            options.add("--database-password-file=" + servers.passwordFile());
        });
        return options;
    }
}
