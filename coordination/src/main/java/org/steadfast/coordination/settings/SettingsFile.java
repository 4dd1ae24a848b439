package org.steadfast.coordination.settings;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The settings of one node as one tree: {@code platform-settings.json}, over it {@code nodes/<platform id>.json}, over that the
 * environment variables that begin with {@value #ENVIRONMENT_PREFIX}. Comments and trailing commas are allowed in the files.
 */
public record SettingsFile(Path folder, ObjectNode tree) {
    /** Name of the file that all nodes share. */
    public static final String NAME = "platform-settings.json";
    /** The folder beside it with those of single nodes. */
    static final String NODES = "nodes";
    /** {@code STEADFAST__PlatformSettingsConfig__BasicSettings__Storage=/data} sets one key. */
    public static final String ENVIRONMENT_PREFIX = "STEADFAST__";

    /** What the parser tells of a text without quotes, which may be a secret. */
    private static final Pattern UNQUOTED = Pattern.compile("Unrecognized token '.*?'", Pattern.DOTALL);

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_YAML_COMMENTS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * Reads the settings of a node.
     *
     * @param folder the ThingworxPlatform location
     * @param platformId whose overlay is laid over the shared file
     * @throws InvalidSettingsException if a file is missing or is not JSON
     */
    public static SettingsFile load(Path folder, String platformId, Map<String, String> environment)
            throws InvalidSettingsException {
        List<InvalidSettingsException.Problem> problems = new ArrayList<>();
        Path shared = folder.resolve(NAME);
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        if (Files.isRegularFile(shared)) {
            merge(tree, read(shared, problems));
        } else {
            problems.add(new InvalidSettingsException.Problem(
                    shared.toString(), "there is no settings file; name the ThingworxPlatform location by --platform"));
        }
        Path overlay = folder.resolve(NODES).resolve(platformId + ".json");
        if (Files.isRegularFile(overlay)) {
            merge(tree, read(overlay, problems));
        }
        new TreeMap<>(environment).forEach((name, value) -> {
            if (name.startsWith(ENVIRONMENT_PREFIX)) {
                override(tree, name.substring(ENVIRONMENT_PREFIX.length()).split("__", -1), value);
            }
        });
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(problems);
        }
        return new SettingsFile(folder, tree);
    }

    static ObjectNode read(Path file, List<InvalidSettingsException.Problem> problems) {
        try {
            JsonNode node = MAPPER.readTree(Files.readString(file));
            if (node instanceof ObjectNode object) {
                return object;
            }
            problems.add(new InvalidSettingsException.Problem(file.toString(), "must hold one JSON object"));
        } catch (JsonProcessingException e) {
            problems.add(new InvalidSettingsException.Problem(
                    file + ", line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr(),
                    UNQUOTED.matcher(e.getOriginalMessage()).replaceFirst("a text that is not in quotes")));
        } catch (IOException e) {
            problems.add(new InvalidSettingsException.Problem(file.toString(), "cannot be read: " + e));
        }
        return JsonNodeFactory.instance.objectNode();
    }

    private static void merge(ObjectNode base, ObjectNode over) {
        for (Map.Entry<String, JsonNode> entry : over.properties()) {
            if (base.get(entry.getKey()) instanceof ObjectNode below && entry.getValue() instanceof ObjectNode above) {
                merge(below, above);
            } else {
                base.set(entry.getKey(), entry.getValue());
            }
        }
    }

    private static void override(ObjectNode tree, String[] path, String value) {
        ObjectNode node = tree;
        for (int i = 0; i < path.length - 1; i++) {
            JsonNode below = node.get(path[i]);
            if (below == null || below.isNull()) {
                below = node.putObject(path[i]);
            }
            if (!(below instanceof ObjectNode object)) {
                // Left as it is, for the reader to say that it must be an object.
                return;
            }
            node = object;
        }
        node.put(path[path.length - 1], value);
    }

    /** Without the tree, which may hold secrets. */
    @Override
    public String toString() {
        return "settings in " + folder;
    }
}
