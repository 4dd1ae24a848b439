package org.steadfast.it.harness;

import java.util.HashMap;
import java.util.Map;
import org.steadfast.simulator.Transport;

/**
 * The TLS of a cluster under test.
 *
 * @param environment settings of all nodes
 * @param transport how users and devices speak with nodes
 * @param coordinators how nodes speak with coordinators
 */
public record ClusterTls(Map<String, String> environment, Transport transport, Transport coordinators) {
    static final String PREFIX = "STEADFAST__PlatformSettingsConfig__TlsSettings__";

    /** The same, but for what foundation nodes say to each other. */
    public ClusterTls withoutTlsBetweenFoundationNodes() {
        Map<String, String> others = new HashMap<>(environment);
        others.put(PREFIX + "BetweenFoundationNodes", "false");
        return new ClusterTls(others, transport, coordinators);
    }

    static ClusterTls none() {
        return new ClusterTls(Map.of(), Transport.plain(), Transport.plain());
    }
}
