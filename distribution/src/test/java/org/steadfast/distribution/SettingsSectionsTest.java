package org.steadfast.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.coordination.settings.Setting;
import org.steadfast.coordination.settings.SettingsFile;
import org.steadfast.coordination.settings.SettingsReader;
import org.steadfast.distribution.node.SettingsSections;

/** What holds of every section of the settings, whoever adds one. */
class SettingsSectionsTest {
    /** Values for the keys that have no default. */
    private static final Map<String, String> REQUIRED = Map.of(
            "PlatformId", "node1",
            "CoordinatorHosts", "127.0.0.1:2181",
            "LinkKey", "0123456789abcdef",
            "InitialApplicationKey", "0123456789abcdef",
            "jdbcUrl", "jdbc:postgresql://127.0.0.1:5433/thingworx",
            "username", "twadmin",
            "password", "0123456789abcdef",
            "SuperuserPassword", "0123456789abcdef");

    @TempDir
    private Path folder;

    private static Stream<DynamicTest> eachSection(SectionTest test) {
        return SettingsSections.all().entrySet().stream()
                .map(section -> DynamicTest.dynamicTest(
                        section.getKey(), () -> test.run(section.getKey(), section.getValue())));
    }

    private interface SectionTest {
        void run(String path, Class<? extends Record> type) throws Exception;
    }

    private static boolean isSettings(Class<?> type) {
        return type.isRecord()
                && Arrays.stream(type.getRecordComponents())
                        .anyMatch(component -> component.isAnnotationPresent(Setting.class));
    }

    @Test
    void noSettingsRecordIsForgotten() {
        List<Class<?>> records = new ArrayList<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("org.steadfast")) {
            if (type.isRecord() && isSettings(type.reflect())) {
                records.add(type.reflect());
            }
        }
        assertThat(records)
                .hasSizeGreaterThan(5)
                .containsExactlyInAnyOrderElementsOf(SettingsSections.all().values());
    }

    @TestFactory
    Stream<DynamicTest> sectionsExplainEachKeyOnce() {
        return eachSection((path, type) -> {
            Set<String> keys = new HashSet<>();
            for (RecordComponent component : type.getRecordComponents()) {
                Setting setting = component.getAnnotation(Setting.class);
                assertThat(setting).as(component.getName()).isNotNull();
                assertThat(keys.add(setting.key())).as(setting.key()).isTrue();
                assertThat(setting.key()).matches("[A-Za-z0-9]+");
                assertThat(setting.meaning()).endsWith(".").doesNotContain("|", "\n");
                Pattern.compile(setting.pattern());
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> sectionsAreReadFromTheirDefaults() {
        return eachSection(
                (path, type) -> assertThat(read(path, type, required(type))).isNotNull());
    }

    @TestFactory
    Stream<DynamicTest> keysWithoutDefaultAreAllMissed() {
        return eachSection((path, type) -> {
            List<String> expected =
                    required(type).stream().map(key -> path + "." + key).toList();
            if (!expected.isEmpty()) {
                InvalidSettingsException failure =
                        catchThrowableOfType(InvalidSettingsException.class, () -> read(path, type, List.of()));
                assertThat(failure.problems())
                        .extracting(InvalidSettingsException.Problem::path)
                        .containsExactlyElementsOf(expected);
            }
        });
    }

    private static List<String> required(Class<? extends Record> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(component -> component.getAnnotation(Setting.class))
                .filter(setting -> setting.byDefault().equals(Setting.REQUIRED))
                .map(Setting::key)
                .toList();
    }

    private <T extends Record> T read(String path, Class<T> type, List<String> keys) throws Exception {
        Files.writeString(folder.resolve(SettingsFile.NAME), "{}");
        Map<String, String> environment = new java.util.HashMap<>();
        for (String key : keys) {
            assertThat(REQUIRED).as("values for the keys that have no default").containsKey(key);
            environment.put(SettingsFile.ENVIRONMENT_PREFIX + path.replace(".", "__") + "__" + key, REQUIRED.get(key));
        }
        SettingsReader reader =
                new SettingsReader(SettingsFile.load(folder, "node1", environment), environment, Set.of());
        T section = reader.section(path, type);
        reader.finish();
        return section;
    }
}
