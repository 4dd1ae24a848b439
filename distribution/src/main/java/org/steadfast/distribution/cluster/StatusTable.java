package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.steadfast.coordination.tls.TlsSettings;

/** What the nodes of this machine show when they are up: which they are, the key, and what to try. */
final class StatusTable {
    private static final String ROW = "  %-13s %-18s %-22s %-8s %s%n";

    private final Instance instance;
    private final PrintWriter out;

    StatusTable(Instance instance, PrintWriter out) {
        this.instance = instance;
        this.out = out;
    }

    /**
     * Prints all of it.
     *
     * @param nodes of this machine
     * @param nanos how long they took to start
     * @param end what to say of how they are stopped
     */
    void print(List<NodePlan> nodes, String applicationKey, long nanos, String end) throws IOException {
        printNodes(nodes, nanos);
        printWhatToTry(applicationKey);
        out.printf("%n%s%n", end);
        out.flush();
    }

    /** Prints what is no secret. */
    void printNodes(List<NodePlan> nodes, long nanos) throws IOException {
        String what = instance.isOnSeveralMachines() ? "Its nodes on this machine are" : "The cluster is";
        out.printf(Locale.ROOT, "%n%s up after %.1f s.%n%n", what, nanos / 1e9);
        out.printf(ROW, "NODE", "ROLE", "ADDRESS", "STATE", "PID");
        for (NodePlan node : nodes) {
            Optional<ProcessHandle> process = ProcessRecord.read(instance.processRecord(node));
            String pid = process.map(one -> Long.toString(one.pid())).orElse("");
            out.printf(ROW, node.id(), node.role(), node.address(), process.isPresent() ? "ready" : "ended", pid);
        }
        out.printf("%n  Logs             %s%n", instance.logs());
        out.flush();
    }

    private void printWhatToTry(String applicationKey) {
        NodePlan node1 = instance.nodes(NodePlan.FOUNDATION_NODE).get(0);
        TlsSettings tls = new NodeHttp(instance, Duration.ofSeconds(2)).settings(node1);
        String scheme = tls.enabled() ? "https" : "http";
        String curl = tls.enabled() ? "curl --cacert " + tls.trustStoreFile() : "curl";
        String first = node1.address();
        String second = last(instance.nodes(NodePlan.FOUNDATION_NODE)).address();
        List<String> devices = instance.nodes(NodePlan.CONNECTION_SERVER).stream()
                .map(NodePlan::address)
                .toList();
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
    }

    private static NodePlan last(List<NodePlan> nodes) {
        return nodes.get(nodes.size() - 1);
    }
}
