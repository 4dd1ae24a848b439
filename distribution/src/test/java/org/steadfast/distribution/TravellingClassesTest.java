package org.steadfast.distribution;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.core.domain.JavaModifier.TRANSIENT;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The classes of which foundation nodes send each other objects, with their fields. Nodes of other versions have the same, by the same names:
 * a class that they do not have fails on them, and a field that they do not have is missing. docs/develop.md says what a change asks for.
 */
class TravellingClassesTest {
    @Test
    void areThoseThatNodesOfGeneration1Have() throws Exception {
        List<String> classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("org.steadfast").stream()
                        .filter(type -> isSent(type) && !type.isInterface())
                        .map(TravellingClassesTest::described)
                        .sorted()
                        .toList();
        try (InputStream known = TravellingClassesTest.class.getResourceAsStream("travelling-1.txt")) {
            assertThat(classes)
                    .containsExactlyElementsOf(new String(known.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList());
        }
    }

    private static boolean isSent(JavaClass type) {
        return List.of(
                        "org.apache.ignite.lang.IgniteRunnable",
                        "org.apache.ignite.lang.IgniteCallable",
                        "org.apache.ignite.lang.IgniteClosure",
                        "javax.cache.processor.EntryProcessor",
                        "org.apache.ignite.cache.affinity.AffinityKeyMapper")
                .stream()
                .anyMatch(sent -> assignableTo(sent).test(type));
    }

    private static String described(JavaClass type) {
        return type.getAllFields().stream()
                .filter(field -> !field.getModifiers().contains(STATIC)
                        && !field.getModifiers().contains(TRANSIENT))
                .map(field -> field.getName() + ": " + field.getRawType().getName())
                .sorted()
                .collect(Collectors.joining(", ", type.getName() + " (", ")"));
    }
}
