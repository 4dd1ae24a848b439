package org.steadfast.coordination.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads the sections of a settings file into records and collects every problem on the way, so that an operator sees them all at
 * once. Use: {@link #section} for each section, then {@link #finish}; only after that may the records be used. Not safe for use
 * by several threads.
 */
public final class SettingsReader {
    private final SettingsFile file;
    private final SettingValues values;
    private final List<InvalidSettingsException.Problem> problems = new ArrayList<>();
    private final Set<String> knownSections = new TreeSet<>();

    /** @param foreignSections paths of sections that belong to other kinds of nodes and are left to those */
    public SettingsReader(SettingsFile file, Map<String, String> environment, Set<String> foreignSections) {
        this.file = file;
        this.values = new SettingValues(new SecretStore(file.folder()), environment, file.folder());
        this.knownSections.addAll(foreignSections);
    }

    /**
     * Reads a section.
     *
     * @param path keys from the root, separated by dots
     * @return the record, or {@code null} where it has problems, which {@link #finish} throws
     */
    public <T extends Record> T section(String path, Class<T> type) {
        knownSections.add(path);
        JsonNode node = file.tree();
        for (String key : path.split("\\.")) {
            node = node.path(key);
        }
        if (node.isMissingNode() || node.isNull()) {
            node = JsonNodeFactory.instance.objectNode();
        }
        if (!(node instanceof ObjectNode object)) {
            problem(path, "must be an object");
            return null;
        }
        return bind(path, object, type);
    }

    /** Adds a problem that only shows where sections are looked at together. */
    public void refuse(String path, String message) {
        problem(path, message);
    }

    /**
     * Ends the reading.
     *
     * @throws InvalidSettingsException with all problems, where there are any
     */
    public void finish() throws InvalidSettingsException {
        reportUnknownSections("", file.tree());
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(problems);
        }
    }

    private <T extends Record> T bind(String path, ObjectNode node, Class<T> type) {
        int before = problems.size();
        Map<String, RecordComponent> components = componentsOf(type);
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!components.containsKey(entry.getKey())) {
                unknown(path + "." + entry.getKey(), entry.getKey(), components.keySet());
            }
        }
        Object[] arguments = new Object[components.size()];
        int i = 0;
        for (Map.Entry<String, RecordComponent> entry : components.entrySet()) {
            arguments[i++] = value(path + "." + entry.getKey(), node.get(entry.getKey()), entry.getValue());
        }
        return problems.size() > before ? null : construct(path, type, arguments);
    }

    private Object value(String path, JsonNode node, RecordComponent component) {
        Setting setting = component.getAnnotation(Setting.class);
        JsonNode present = node == null || node.isNull() ? null : node;
        if (present == null) {
            if (setting.byDefault().equals(Setting.REQUIRED)) {
                problem(path, "is not set; " + setting.meaning());
                return null;
            }
            present = JsonNodeFactory.instance.textNode(setting.byDefault());
        }
        try {
            return values.convert(present, component, setting);
        } catch (SettingValues.UnusableException e) {
            problem(path, e.getMessage());
            return null;
        }
    }

    private <T extends Record> T construct(String path, Class<T> type, Object[] arguments) {
        try {
            Class<?>[] types = new Class<?>[arguments.length];
            RecordComponent[] components = type.getRecordComponents();
            for (int i = 0; i < types.length; i++) {
                types[i] = components[i].getType();
            }
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            // A record's own check of how its settings go together.
            problem(path, String.valueOf(e.getCause().getMessage()));
            return null;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " is not a settings record", e);
        }
    }

    static Map<String, RecordComponent> componentsOf(Class<? extends Record> type) {
        Map<String, RecordComponent> components = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            Setting setting = component.getAnnotation(Setting.class);
            if (setting == null) {
                throw new IllegalStateException(type + "." + component.getName() + " has no @Setting");
            }
            components.put(setting.key(), component);
        }
        return components;
    }

    private void reportUnknownSections(String prefix, ObjectNode node) {
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String path = prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey();
            if (knownSections.contains(path)) {
                continue;
            }
            boolean leadsToSection = knownSections.stream().anyMatch(known -> known.startsWith(path + "."));
            if (!leadsToSection) {
                unknown(path, entry.getKey(), sectionsBelow(prefix));
            } else if (entry.getValue() instanceof ObjectNode below) {
                reportUnknownSections(path, below);
            } else if (!entry.getValue().isNull()) {
                problem(path, "must be an object");
            }
        }
    }

    /** The keys that may stand below a path on the way to a section. */
    private Set<String> sectionsBelow(String prefix) {
        String start = prefix.isEmpty() ? "" : prefix + ".";
        Set<String> keys = new TreeSet<>();
        for (String known : knownSections) {
            if (known.startsWith(start)) {
                keys.add(known.substring(start.length()).split("\\.")[0]);
            }
        }
        return keys;
    }

    private void unknown(String path, String key, Set<String> known) {
        String nearest = EditDistance.nearest(key, known);
        problem(path, "unknown key" + (nearest == null ? "" : "; did you mean " + nearest + "?"));
    }

    private void problem(String path, String message) {
        problems.add(new InvalidSettingsException.Problem(path, message));
    }
}
