package org.steadfast.it.harness;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;

/**
 * Moves a cluster that was laid out for one machine onto several: puts each node's own address where the settings have that of the
 * one machine. Ports stay; {@code cluster create --free-ports} gives none of them twice, so a port tells whose it is.
 */
final class Machines {
    private static final String ONE_MACHINE = "127.0.0.1";
    private static final Pattern HOST = Pattern.compile("(\"Host\"\\s*:\\s*\")127\\.0\\.0\\.1\"");
    private static final Pattern ADDRESS = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");
    private static final Pattern MEMBER = Pattern.compile("(\\d+)=127\\.0\\.0\\.1:");

    private final Path instance;
    private final Network network;

    private Machines(Path instance, Network network) {
        this.instance = instance;
        this.network = network;
    }

    /** The machine of a node: foundation1 and coordinator1 are on machine1; all others have their own. */
    static String of(String node) {
        String number = node.replaceFirst("^(foundation|coordinator)", "");
        return "machine" + (number.equals(node) ? "-" + node : number);
    }

    /** The machines of all nodes of a cluster. */
    static List<String> of(Path instance) throws IOException {
        List<String> machines = new ArrayList<>();
        for (JsonNode node : plan(instance).path("nodes")) {
            machines.add(of(node.path("id").asText()));
        }
        return machines.stream().distinct().toList();
    }

    private static JsonNode plan(Path instance) throws IOException {
        try {
            return Json.read(Files.readAllBytes(instance.resolve("cluster.json")));
        } catch (InvalidValueException e) {
            throw new IOException("cluster.json cannot be read", e);
        }
    }

    /** Rewrites the settings and the list of nodes. */
    static void move(Path instance, Network network) throws IOException {
        new Machines(instance, network).move();
    }

    private void move() throws IOException {
        Map<Integer, String> hosts = new HashMap<>();
        for (JsonNode node : plan(instance).path("nodes")) {
            hosts.put(node.path("port").asInt(), address(node.path("id").asText()));
        }
        Path platform = instance.resolve("ThingworxPlatform");
        rewrite(platform.resolve("platform-settings.json"), "database", hosts);
        try (Stream<Path> overlays = Files.list(platform.resolve("nodes"))) {
            for (Path overlay : overlays.toList()) {
                rewrite(overlay, overlay.getFileName().toString().replace(".json", ""), hosts);
            }
        }
        rewritePlan();
    }

    private String address(String node) {
        return network.address(of(node));
    }

    private void rewrite(Path file, String node, Map<Integer, String> hosts) throws IOException {
        String text = Files.readString(file);
        text = HOST.matcher(text).replaceAll(found -> found.group(1) + address(node) + '"');
        text = MEMBER.matcher(text)
                .replaceAll(found -> found.group(1) + "=" + address("coordinator" + found.group(1)) + ":");
        text = ADDRESS.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        hosts.getOrDefault(Integer.parseInt(found.group(1)), ONE_MACHINE) + ":" + found.group(1)));
        if (text.contains(ONE_MACHINE)) {
            throw new IOException(file + " has an address of one machine that belongs to no node:\n" + text);
        }
        Files.writeString(file, text);
    }

    private void rewritePlan() throws IOException {
        Path file = instance.resolve("cluster.json");
        String text = Files.readString(file);
        for (JsonNode node : plan(instance).path("nodes")) {
            String id = node.path("id").asText();
            Pattern row = Pattern.compile("(\"id\"\\s*:\\s*\"" + id + "\"[^}]*?\"host\"\\s*:\\s*\")127\\.0\\.0\\.1\"");
            text = row.matcher(text).replaceFirst(found -> found.group(1) + address(id) + '"');
        }
        Files.writeString(file, text);
    }
}
