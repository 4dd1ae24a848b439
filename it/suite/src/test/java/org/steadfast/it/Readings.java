package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.simulator.Acknowledged;
import org.steadfast.simulator.PropertyKey;

/** Reads what devices wrote back through the REST API of every foundation node and compares it with what was acknowledged. */
final class Readings {
    private Readings() {}

    /**
     * After a fleet has ended: every node must answer, for every property, a value that is not older than the last acknowledged
     * one and not one that was never sent; and all nodes the same one.
     */
    static void assertNothingIsLost(ClusterUnderTest cluster, Map<PropertyKey, Acknowledged> progress)
            throws IOException, InterruptedException {
        Map<String, Map<PropertyKey, Double>> byNode = new HashMap<>();
        for (Node node : cluster.foundationNodes()) {
            byNode.put(node.id(), readAll(cluster.rest(node), progress));
        }
        List<String> wrong = new ArrayList<>();
        byNode.forEach((node, values) -> progress.forEach((key, expected) -> {
            Double value = values.get(key);
            if (value == null || value < expected.acknowledged() || value > expected.sent()) {
                wrong.add(describe(node, key, value, expected));
            }
        }));
        assertThat(wrong).as("values that are lost or were never sent").isEmpty();
        assertThat(byNode.values().stream().distinct().count())
                .as("nodes that must not differ, %s properties read from each", progress.size())
                .isEqualTo(1);
    }

    /** While a fleet goes on sending: what was acknowledged before the reading began must be there, or something newer. */
    static void assertNotOlder(ClusterUnderTest cluster, Node node, Map<PropertyKey, Acknowledged> before)
            throws IOException, InterruptedException {
        Map<PropertyKey, Double> values = readAll(cluster.rest(node), before);
        List<String> wrong = new ArrayList<>();
        before.forEach((key, expected) -> {
            Double value = values.get(key);
            if (value == null || value < expected.acknowledged()) {
                wrong.add(describe(node.id(), key, value, expected));
            }
        });
        assertThat(wrong).as("values that are lost").isEmpty();
    }

    private static String describe(String node, PropertyKey key, Double value, Acknowledged expected) {
        return node + ": " + key + " is " + value + ", acknowledged " + expected.acknowledged() + ", sent "
                + expected.sent();
    }

    private static Map<PropertyKey, Double> readAll(RestClient rest, Map<PropertyKey, Acknowledged> expected)
            throws IOException, InterruptedException {
        Map<PropertyKey, Double> values =
                new TreeMap<>(Comparator.comparing(PropertyKey::thing).thenComparing(PropertyKey::property));
        for (String thing :
                expected.keySet().stream().map(PropertyKey::thing).distinct().toList()) {
            RestClient.Answer answer = rest.get("Things/" + thing + "/Properties/*");
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            JsonNode row = answer.json().path("rows").path(0);
            row.properties()
                    .forEach(cell -> values.put(
                            new PropertyKey(thing, cell.getKey()),
                            cell.getValue().asDouble()));
        }
        return values;
    }
}
