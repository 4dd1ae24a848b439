package org.steadfast.coordination.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of settings, the shared one and those of single nodes, without what is secret and without comments: for backups. Names of secrets
 * in the keystore stay, and so do those of environment variables. Reads the files each time. Safe for use by several threads.
 */
public final class SettingsCopy {
    /** What stands in the place of a secret. */
    static final String LEFT_OUT = "left out of this copy";

    private static final Pattern REFERENCE = Pattern.compile("|encrypt\\..+|\\$\\{[^}]*}");
    private static final Pattern PASSWORD_IN_URL = Pattern.compile("(?i)([?&;]password=)[^&;]*");

    private final Path folder;
    /** Paths of settings whose values are secret. */
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
                if (component.getType() == Secret.class) {
                    secrets.add(
                            path + "." + component.getAnnotation(Setting.class).key());
                }
            }
        });
    }

    /**
     * The files by their paths below the folder. One that cannot be read now, such as one that somebody is editing, is there as a text that says
     * why, under its name with {@code .problem} behind it.
     */
    public Map<String, byte[]> files() throws IOException {
        Map<String, byte[]> copies = new TreeMap<>();
        for (Path file : present()) {
            String name = folder.relativize(file).toString().replace('\\', '/');
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
            try (Stream<Path> files = Files.list(nodes)) {
                files.filter(file -> file.toString().endsWith(".json") && Files.isRegularFile(file))
                        .forEach(present::add);
            }
        }
        return present;
    }

    private void leaveOut(ObjectNode object, String above) {
        for (Map.Entry<String, JsonNode> entry : List.copyOf(object.properties())) {
            String path = above.isEmpty() ? entry.getKey() : above + "." + entry.getKey();
            JsonNode value = entry.getValue();
            if (secrets.contains(path)) {
                if (!value.isTextual() || !REFERENCE.matcher(value.asText()).matches()) {
                    object.put(entry.getKey(), LEFT_OUT);
                }
            } else if (value instanceof ObjectNode below) {
                leaveOut(below, path);
            } else if (value.isTextual()) {
                object.put(
                        entry.getKey(), PASSWORD_IN_URL.matcher(value.asText()).replaceAll("$1" + LEFT_OUT));
            }
        }
    }
}
