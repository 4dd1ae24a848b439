package org.steadfast.coordination.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The settings of one cluster in a folder, as a test writes them, read as a node that is called {@value #NODE}. */
final class SettingsFolder {
    static final String NODE = "node1";

    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();

    SettingsFolder(Path folder) {
        this.folder = folder;
    }

    SettingsFolder shared(String text) throws IOException {
        Files.writeString(folder.resolve(SettingsFile.NAME), text);
        return this;
    }

    SettingsFolder overlay(String node, String text) throws IOException {
        Files.createDirectories(folder.resolve("nodes"));
        Files.writeString(folder.resolve("nodes").resolve(node + ".json"), text);
        return this;
    }

    SettingsFolder environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    SettingsFile load() throws InvalidSettingsException {
        return SettingsFile.load(folder, NODE, environment);
    }

    SettingsReader reader(String... foreignSections) throws InvalidSettingsException {
        return new SettingsReader(load(), environment, Set.of(foreignSections));
    }

    <T extends Record> T read(String path, Class<T> type) throws InvalidSettingsException {
        SettingsReader reader = reader();
        T section = reader.section(path, type);
        reader.finish();
        return section;
    }

    /** The problems that reading one section meets, each as "path: message". */
    List<String> problems(String path, Class<? extends Record> type) {
        return problemsOf(catchThrowableOfType(InvalidSettingsException.class, () -> read(path, type)));
    }

    static List<String> problemsOf(InvalidSettingsException failure) {
        assertThat(failure).as("the settings were taken").isNotNull();
        return failure.problems().stream()
                .map(InvalidSettingsException.Problem::toString)
                .toList();
    }
}
