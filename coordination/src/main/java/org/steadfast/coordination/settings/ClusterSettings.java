package org.steadfast.coordination.settings;

import java.time.Duration;
import java.util.List;

/** What makes a process a member of one cluster. */
public record ClusterSettings(
        @Setting(
                key = "PlatformId",
                pattern = "[a-zA-Z0-9]{1,32}",
                meaning = "The node's name, unique in the cluster. Usually set in the node's own overlay.")
        String platformId,

        @Setting(
                key = "CoordinatorHosts",
                pattern = "[^:\\s]+:\\d{1,5}",
                meaning = "The coordinator's servers, as host:port separated by commas.")
        List<String> coordinatorHosts,

        @Setting(
                key = "ZKNamespace",
                byDefault = "steadfast",
                pattern = "[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*",
                meaning =
                        "Where in the coordinator this cluster keeps its nodes; clusters that share a coordinator need different ones.")
        String namespace,

        @Setting(
                key = "CoordinatorSessionTimeout",
                byDefault = "10 s",
                min = 4000,
                max = 90000,
                meaning = "How long a node may be silent before the cluster goes on without it.")
        Duration sessionTimeout,

        @Setting(
                key = "CoordinatorConnectionTimeout",
                byDefault = "15 s",
                min = 1000,
                max = 120000,
                meaning = "How long a starting node waits for the coordinator.")
        Duration connectionTimeout,

        @Setting(
                key = "LinkKey",
                meaning =
                        "The key that connection servers show to foundation nodes when they open a link; the same on all nodes.")
        Secret linkKey) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.ClusteredModeSettings";

    public ClusterSettings {
        if (coordinatorHosts.isEmpty()) {
            throw new IllegalArgumentException("CoordinatorHosts names no coordinator");
        }
        for (String host : coordinatorHosts) {
            if (!host.matches("[^:\\s]+:\\d{1,5}") || !isPort(host.substring(host.indexOf(':') + 1))) {
                throw new IllegalArgumentException("CoordinatorHosts: " + host + " is not host:port");
            }
        }
    }

    private static boolean isPort(String digits) {
        int port = Integer.parseInt(digits);
        return port >= 1 && port <= 65535;
    }

    /** The coordinator's servers in the form that ZooKeeper's clients take. */
    public String connectString() {
        return String.join(",", coordinatorHosts);
    }
}
