package org.steadfast.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;

/** Reads a fleet's properties back from foundation nodes. One instance makes one verification. */
final class Verifier {
    private static final int CONCURRENCY = 16;
    private static final int MAX_FINDINGS = 20;
    private static final int NOT_FOUND = 404;

    private record Reading(RestNode node, String thing, Map<String, Acknowledged> expected) {}

    private final List<RestNode> nodes;

    // Written by the threads that answers come on; this object's lock guards them.
    private final List<String> findings = new ArrayList<>();
    private long checked;
    private long lost;
    private long unread;

    Verifier(List<RestNode> nodes) {
        this.nodes = List.copyOf(nodes);
    }

    /** Compares each property at each node; properties that were never sent are left out. */
    Verification verify(Map<PropertyKey, Acknowledged> expected) throws InterruptedException {
        Map<String, Map<String, Acknowledged>> byThing = new TreeMap<>();
        expected.forEach((key, progress) -> {
            if (progress.sent() != Acknowledged.NONE) {
                byThing.computeIfAbsent(key.thing(), thing -> new TreeMap<>()).put(key.property(), progress);
            }
        });
        List<Reading> readings = new ArrayList<>();
        byThing.forEach(
                (thing, properties) -> nodes.forEach(node -> readings.add(new Reading(node, thing, properties))));
        BoundedCalls.forEach(readings, CONCURRENCY, () -> false, this::read);
        synchronized (this) {
            return new Verification(checked, lost, unread, findings);
        }
    }

    private CompletableFuture<Void> read(Reading reading) {
        return reading.node()
                .get("Things/" + RestNode.segment(reading.thing()) + "/Properties/*")
                .handle((body, failure) -> {
                    compare(reading, body, failure);
                    return null;
                });
    }

    private synchronized void compare(Reading reading, String body, Throwable failure) {
        if (failure != null) {
            Throwable cause = Causes.of(failure);
            boolean absent = cause instanceof RestException refused && refused.status() == NOT_FOUND;
            if (!absent) {
                unread += reading.expected().size();
                find(cause.getMessage());
                return;
            }
        }
        JsonNode row;
        try {
            row = failure == null ? Json.read(body).path("rows").path(0) : Json.read("{}");
        } catch (InvalidValueException e) {
            unread += reading.expected().size();
            find(reading.node().address() + ", " + reading.thing() + ": " + e.getMessage());
            return;
        }
        reading.expected().forEach((property, progress) -> compare(reading, property, progress, row.path(property)));
    }

    private void compare(Reading reading, String property, Acknowledged progress, JsonNode value) {
        checked++;
        boolean nothingDue = progress.acknowledged() == Acknowledged.NONE;
        boolean right = value.isNumber()
                ? value.doubleValue() <= progress.sent() && value.doubleValue() >= progress.acknowledged()
                : nothingDue && (value.isMissingNode() || value.isNull());
        if (!right) {
            lost++;
            find("%s at %s is %s, acknowledged %d, sent %d"
                    .formatted(
                            new PropertyKey(reading.thing(), property),
                            reading.node().address(),
                            value.isMissingNode() ? "absent" : Json.write(value),
                            progress.acknowledged(),
                            progress.sent()));
        }
    }

    private void find(String line) {
        if (findings.size() < MAX_FINDINGS) {
            findings.add(line);
        }
    }
}
