package org.steadfast.it.harness;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a cluster under test consists of.
 *
 * @param startingQuickly whether its processes are tuned to start quickly rather than to run fast for long
 * @param onMachines whether its nodes are spread over machines with a network of their own, which {@link Network} can cut
 * @param settings that are not as shipped, by their paths after {@code PlatformSettingsConfig}
 */
public record ClusterLayout(
        int foundationNodes,
        int connectionServers,
        int coordinators,
        boolean startingQuickly,
        boolean onMachines,
        Map<String, String> settings) {

    /** One coordinator; plain processes on this machine that start quickly. */
    public static ClusterLayout of(int foundationNodes, int connectionServers) {
        return new ClusterLayout(foundationNodes, connectionServers, 1, true, false, Map.of());
    }

    public ClusterLayout withCoordinators(int number) {
        return new ClusterLayout(foundationNodes, connectionServers, number, startingQuickly, onMachines, settings);
    }

    /** Its processes run as shipped, for figures. */
    public ClusterLayout asShipped() {
        return new ClusterLayout(foundationNodes, connectionServers, coordinators, false, onMachines, settings);
    }

    /** On machines of their own: foundation1 with coordinator1 and so on, and the database alone. */
    public ClusterLayout spreadOverMachines() {
        return new ClusterLayout(foundationNodes, connectionServers, coordinators, startingQuickly, true, settings);
    }

    /** With one setting, such as {@code ConnectionServerSettings.LinkTimeout}, that is not as shipped. */
    public ClusterLayout withSetting(String path, String value) {
        Map<String, String> more = new HashMap<>(settings);
        more.put(path, value);
        return new ClusterLayout(
                foundationNodes, connectionServers, coordinators, startingQuickly, onMachines, Map.copyOf(more));
    }

    /** The settings as nodes take them from their environment. */
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        settings.forEach((path, value) ->
                environment.put("STEADFAST__PlatformSettingsConfig__" + path.replace(".", "__"), value));
        return environment;
    }

    List<String> options() {
        return List.of(
                "--coordinators=" + coordinators,
                "--foundation-nodes=" + foundationNodes,
                "--connection-servers=" + connectionServers);
    }
}
