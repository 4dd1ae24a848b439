package org.steadfast.distribution.cluster;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

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
        String first = instance.nodes(NodePlan.FOUNDATION_NODE).get(0).address();
        String second = last(instance.nodes(NodePlan.FOUNDATION_NODE)).address();
        List<String> devices = instance.nodes(NodePlan.CONNECTION_SERVER).stream()
                .map(NodePlan::address)
                .toList();
        out.printf("%n  Logs             %s%n", instance.folder().resolve("log"));
        out.printf("  Application key  %s%n%n", applicationKey);
        out.println("Try:");
        out.printf(
                "  curl -X PUT -H 'appKey: %1$s' -H 'Content-Type: application/json' -d '{\"name\":\"Pump1\","
                        + "\"propertyDefinitions\":{\"pressure\":{\"baseType\":\"NUMBER\"}}}' http://%2$s/Thingworx/Things%n",
                applicationKey, first);
        out.printf(
                "  curl -X PUT -H 'appKey: %1$s' -H 'Content-Type: application/json' -d '{\"pressure\": 4.2}'"
                        + " http://%2$s/Thingworx/Things/Pump1/Properties/pressure && curl -H 'appKey: %1$s'"
                        + " http://%3$s/Thingworx/Things/Pump1/Properties/pressure%n",
                applicationKey, first, second);
        if (!devices.isEmpty()) {
            out.printf(
                    "  STEADFAST_APP_KEY=%s %s --server %s --create-things %s --devices 100 --duration 10s --verify %s,%s%n",
                    applicationKey,
                    System.getProperty("steadfast.home", ".") + "/bin/device-simulator",
                    String.join(",", devices),
                    first,
                    first,
                    second);
        }
        out.printf("%nCtrl-C stops the cluster; the next start finds the data again.%n");
        out.flush();
    }

    private static NodePlan last(List<NodePlan> nodes) {
        return nodes.get(nodes.size() - 1);
    }
}
