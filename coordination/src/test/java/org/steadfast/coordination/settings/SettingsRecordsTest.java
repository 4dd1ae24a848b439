package org.steadfast.coordination.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.coordination.coordinator.CoordinatorSettings;

/** What holds of every settings record in this module, whoever adds one. */
class SettingsRecordsTest {
    @TempDir
    private Path folder;

    private static Stream<Class<? extends Record>> records() throws Exception {
        Path classes = Path.of(BasicSettings.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            return files
                    .filter(file -> file.toString().endsWith(".class"))
                    .map(file -> nameOf(classes.relativize(file)))
                    .filter(name -> !name.endsWith("package-info"))
                    .<Class<?>>map(SettingsRecordsTest::load)
                    .filter(Class::isRecord)
                    .filter(type -> Arrays.stream(type.getRecordComponents())
                            .anyMatch(component -> component.isAnnotationPresent(Setting.class)))
                    .<Class<? extends Record>>map(type -> type.asSubclass(Record.class))
                    .toList()
                    .stream();
        }
    }

    private static String nameOf(Path classFile) {
        String path = classFile.toString();
        return path.substring(0, path.length() - ".class".length()).replace('/', '.');
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, SettingsRecordsTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void areFound() throws Exception {
        assertThat(records()).contains(BasicSettings.class, ClusterSettings.class, CoordinatorSettings.class);
    }

    @TestFactory
    Stream<DynamicTest> explainEachComponentOnce() throws Exception {
        return records()
                .map(type -> DynamicTest.dynamicTest(type.getSimpleName(), () -> {
                    Set<String> keys = new HashSet<>();
                    for (RecordComponent component : type.getRecordComponents()) {
                        Setting setting = component.getAnnotation(Setting.class);
                        assertThat(setting).as(component.getName()).isNotNull();
                        assertThat(keys.add(setting.key())).as(setting.key()).isTrue();
                        assertThat(setting.key()).matches("[A-Za-z0-9]+");
                        assertThat(setting.meaning()).endsWith(".").doesNotContain("|", "\n");
                        Pattern.compile(setting.pattern());
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> haveDefaultsThatCanBeUsed() throws Exception {
        return records()
                .map(type -> DynamicTest.dynamicTest(type.getSimpleName(), () -> {
                    SettingValues values = new SettingValues(new SecretStore(folder), Map.of(), folder);
                    for (RecordComponent component : type.getRecordComponents()) {
                        Setting setting = component.getAnnotation(Setting.class);
                        if (!setting.byDefault().equals(Setting.REQUIRED)) {
                            var json = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.textNode(
                                    setting.byDefault());
                            assertThat(values.convert(json, component, setting))
                                    .as(setting.key())
                                    .isNotNull();
                        }
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> areReadFromAnEmptyFileButForWhatIsRequired() throws Exception {
        return records()
                .map(type -> DynamicTest.dynamicTest(type.getSimpleName(), () -> {
                    String path = (String) type.getField("PATH").get(null);
                    boolean required = Arrays.stream(type.getRecordComponents())
                            .anyMatch(component -> component
                                    .getAnnotation(Setting.class)
                                    .byDefault()
                                    .equals(Setting.REQUIRED));
                    SettingsFolder settings = emptySettings();
                    if (required) {
                        assertThat(settings.problems(path, type))
                                .allMatch(problem -> problem.contains(": is not set; "));
                    } else {
                        assertThat(settings.read(path, type)).isNotNull();
                    }
                }));
    }

    private SettingsFolder emptySettings() throws IOException {
        return new SettingsFolder(folder).shared("{}");
    }
}
