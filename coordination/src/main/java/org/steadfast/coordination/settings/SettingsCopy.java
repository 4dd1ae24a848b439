package org.steadfast.coordination.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The files of settings, the shared one and those of single nodes, without what is secret and without comments: for backups. Names of secrets
 * in the keystore stay, and so do those of environment variables. What is no setting that this version knows is left out, for it may be a secret.
 * Reads the files each time. Safe for use by several threads.
 */
public final class SettingsCopy {
    /** What stands in the place of a secret. */
    static final String LEFT_OUT = "left out of this copy";

    private static final Pattern PASSWORD_IN_URL = Pattern.compile("(?i)([?&][^=&]*password=)[^&]*");

    private final Path folder;
    /** Paths of the settings that there are, and of them those whose values are secret. */
    private final Set<String> known = new HashSet<>();

    private final Set<String> secrets = new HashSet<>();

    /**
     * Of a folder.
     *
     * @param folder the ThingworxPlatform location
     * @param sections paths and records of all sections that there are
     */
    public SettingsCopy(Path folder, Map<String, Class<? extends Record>> sections) {
        this.folder = folder;
        sections.forEach((path, type) -> {
            for (RecordComponent component : type.getRecordComponents()) {
                String setting =
                        path + "." + component.getAnnotation(Setting.class).key();
                known.add(setting);
                if (component.getType() == Secret.class) {
                    secrets.add(setting);
                }
            }
        });
    }

    /**
     * The files by their paths below the folder. One that cannot be read now, such as one that somebody is editing, is there as a text that says
     * why, under its name with {@code .problem} behind it.
     */
    public Map<String, byte[]> files() {
        Map<String, byte[]> copies = new TreeMap<>();
        List<Path> present = new ArrayList<>();
        try {
            present.addAll(present());
        } catch (IOException | DirectoryIteratorException e) {
            copies.put(SettingsFile.NODES + ".problem", bytes("cannot be listed: " + e));
        }
        for (Path file : present) {
            String name = folder.relativize(file).toString();
            List<InvalidSettingsException.Problem> problems = new ArrayList<>();
            ObjectNode tree = SettingsFile.read(file, problems);
            if (problems.isEmpty()) {
                leaveOut(tree, "");
                copies.put(name, bytes(tree.toPrettyString()));
            } else {
                copies.put(name + ".problem", bytes(problems.get(0).toString()));
            }
        }
        return copies;
    }

    private static byte[] bytes(String text) {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private List<Path> present() throws IOException {
        List<Path> present = new ArrayList<>();
        Path shared = folder.resolve(SettingsFile.NAME);
        if (Files.isRegularFile(shared)) {
            present.add(shared);
        }
        Path nodes = folder.resolve(SettingsFile.NODES);
        if (Files.isDirectory(nodes)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(nodes, "*.json")) {
                files.forEach(present::add);
            }
        }
        return present;
    }

    private void leaveOut(ObjectNode object, String above) {
        for (Map.Entry<String, JsonNode> entry : List.copyOf(object.properties())) {
            String path = above.isEmpty() ? entry.getKey() : above + "." + entry.getKey();
            if (!known.contains(path) && entry.getValue() instanceof ObjectNode below) {
                leaveOut(below, path);
            } else {
                object.set(entry.getKey(), copy(path, entry.getValue()));
            }
        }
    }

    private JsonNode copy(String path, JsonNode value) {
        boolean isShown = known.contains(path) && !value.isObject() && (!secrets.contains(path) || isReference(value));
        if (!isShown) {
            return TextNode.valueOf(LEFT_OUT);
        }
        return value.isTextual()
                ? TextNode.valueOf(PASSWORD_IN_URL.matcher(value.asText()).replaceAll("$1" + LEFT_OUT))
                : value;
    }

    private static boolean isReference(JsonNode value) {
        return value.isTextual() && SettingValues.isSecretsName(value.asText());
    }
}
