package org.steadfast.coordination.lease;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.release.Generation;

/**
 * What a node says about itself at the coordinator. It stands there as long as the node's session does.
 *
 * @param process who holds it
 * @param generation of the version that it runs
 * @param address {@code host:port} at which the other members reach it
 * @param proofs paths at the coordinator that exist while the cluster counts the node as a member
 * @param unreachable platform ids of members that this node has not heard from for too long
 */
record LeaseEntry(
        ProcessIdentity process, Generation generation, String address, List<String> proofs, List<String> unreachable) {
    static final String FOLDER = "/leases";

    LeaseEntry {
        proofs = List.copyOf(proofs);
        unreachable = List.copyOf(unreachable);
    }

    static String path(String platformId) {
        return FOLDER + "/" + platformId;
    }

    byte[] encode() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("host", process.host())
                .put("system", process.system())
                .put("pid", process.pid())
                .put("started", process.startTicks())
                .put("generation", generation.number())
                .put("oldestGeneration", generation.oldest())
                .put("address", address);
        ArrayNode paths = root.putArray("proofs");
        proofs.forEach(paths::add);
        ArrayNode lost = root.putArray("unreachable");
        unreachable.forEach(lost::add);
        return root.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IllegalStateException if these bytes are no entry */
    static LeaseEntry decode(byte[] bytes) {
        try {
            JsonNode root = Json.read(bytes);
            return new LeaseEntry(
                    new ProcessIdentity(
                            root.path("host").asText(),
                            root.path("system").asText(),
                            root.path("pid").asLong(),
                            root.path("started").asLong()),
                    new Generation(
                            root.path("generation").asInt(Generation.FIRST.number()),
                            root.path("oldestGeneration").asInt(Generation.FIRST.oldest())),
                    root.path("address").asText(),
                    texts(root.path("proofs")),
                    texts(root.path("unreachable")));
        } catch (InvalidValueException e) {
            throw new IllegalStateException("the coordinator holds a lease that is none: " + e.getMessage(), e);
        }
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asText()));
        return texts;
    }
}
