package org.steadfast.distribution.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;

/** The folder of a cluster on this machine: its storage locations, its logs, and the list of its nodes. */
record Instance(Path folder, Path databaseFolder, List<NodePlan> nodes) {
    private static final String PLAN = "cluster.json";

    static boolean exists(Path folder) {
        return Files.exists(folder.resolve(PLAN));
    }

    Path platform() {
        return folder.resolve("ThingworxPlatform");
    }

    Path storage() {
        return folder.resolve("ThingworxStorage");
    }

    Path backupStorage() {
        return folder.resolve("ThingworxBackupStorage");
    }

    Path log(NodePlan node) {
        return folder.resolve("log").resolve(node.id() + ".log");
    }

    /** Where the supervisor writes down which process runs a node. */
    Path processRecord(NodePlan node) {
        return folder.resolve("run").resolve(node.id() + ".pid");
    }

    /** Where the embedded database tells that it accepts logins. */
    Path databaseReady() {
        return databaseFolder.resolve("ready");
    }

    List<NodePlan> nodes(String role) {
        return nodes.stream().filter(node -> node.role().equals(role)).toList();
    }

    void write() throws IOException {
        ObjectNode plan = JsonNodeFactory.instance.objectNode();
        plan.put("databaseFolder", databaseFolder.toString());
        ArrayNode list = plan.putArray("nodes");
        for (NodePlan node : nodes) {
            list.addObject()
                    .put("id", node.id())
                    .put("role", node.role())
                    .put("host", node.host())
                    .put("port", node.port());
        }
        Files.writeString(folder.resolve(PLAN), plan.toPrettyString() + "\n");
    }

    static Instance read(Path folder) throws NodeFailure {
        Path file = folder.resolve(PLAN);
        try {
            JsonNode plan = Json.read(Files.readAllBytes(file));
            List<NodePlan> nodes = new ArrayList<>();
            for (JsonNode node : plan.path("nodes")) {
                nodes.add(new NodePlan(
                        node.path("id").asText(),
                        node.path("role").asText(),
                        node.path("host").asText(),
                        node.path("port").asInt()));
            }
            return new Instance(folder, Path.of(plan.path("databaseFolder").asText()), List.copyOf(nodes));
        } catch (IOException | InvalidValueException e) {
            throw new NodeFailure(ExitCode.STORAGE_UNUSABLE, file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
