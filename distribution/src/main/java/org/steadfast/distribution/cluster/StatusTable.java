package org.steadfast.distribution.cluster;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.steadfast.coordination.tls.TlsSettings;

/** What a cluster on this machine shows when it is up: its nodes, its key, and what to try. */
final class StatusTable {
    private static final String ROW = "  %-13s %-18s %-22s %-8s %s%n";

    private final Instance instance;
    private final PrintWriter out;

    StatusTable(Instance instance, PrintWriter out) {
        this.instance = instance;
        this.out = out;
    }

    void print(List<ChildProcess> children, String applicationKey, long nanos) {
        out.printf(Locale.ROOT, "%nThe cluster is up after %.1f s.%n%n", nanos / 1e9);
        out.printf(ROW, "NODE", "ROLE", "ADDRESS", "STATE", "PID");
        for (ChildProcess child : children) {
            NodePlan node = child.node();
            out.printf(ROW, node.id(), node.role(), node.address(), child.isAlive() ? "ready" : "ended", child.pid());
        }
        NodePlan node1 = instance.nodes(NodePlan.FOUNDATION_NODE).get(0);
        TlsSettings tls = new NodeHttp(instance, Duration.ofSeconds(2)).settings(node1);
        String scheme = tls.enabled() ? "https" : "http";
        String curl = tls.enabled() ? "curl --cacert " + tls.trustStoreFile() : "curl";
        String first = node1.address();
        String second = last(instance.nodes(NodePlan.FOUNDATION_NODE)).address();
        List<String> devices = instance.nodes(NodePlan.CONNECTION_SERVER).stream()
                .map(NodePlan::address)
                .toList();
        out.printf("%n  Logs             %s%n", instance.folder().resolve("log"));
        out.printf("  Application key  %s%n%n", applicationKey);
        out.println("Try:");
        out.printf(
                "  %4$s -X PUT -H 'appKey: %1$s' -H 'Content-Type: application/json' -d '{\"name\":\"Pump1\","
                        + "\"propertyDefinitions\":{\"pressure\":{\"baseType\":\"NUMBER\"}}}' %3$s://%2$s/Thingworx/Things%n",
                applicationKey, first, scheme, curl);
        out.printf(
                "  %5$s -X PUT -H 'appKey: %1$s' -H 'Content-Type: application/json' -d '{\"pressure\": 4.2}'"
                        + " %4$s://%2$s/Thingworx/Things/Pump1/Properties/pressure && %5$s -H 'appKey: %1$s'"
                        + " %4$s://%3$s/Thingworx/Things/Pump1/Properties/pressure%n",
                applicationKey, first, second, scheme, curl);
        if (!devices.isEmpty()) {
            out.printf(
                    "  STEADFAST_APP_KEY=%s %s --server %s --create-things %s --devices 100 --duration 10s --verify %s,%s%s%n",
                    applicationKey,
                    System.getProperty("steadfast.home", ".") + "/bin/device-simulator",
                    String.join(",", devices),
                    first,
                    first,
                    second,
                    tls.enabled() ? " --ca " + tls.trustStoreFile() : "");
        }
        out.printf("%nCtrl-C stops the cluster; the next start finds the data again.%n");
        out.flush();
    }

    private static NodePlan last(List<NodePlan> nodes) {
        return nodes.get(nodes.size() - 1);
    }
}
