package org.steadfast.distribution;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.coordination.chassis.NodeProcess;

/** The rules of the house, as docs/architecture.md tells them. */
class ArchitectureTest {
    private static final String ROOT = "org.steadfast.";

    /** A data source must have a method that gives a logger of Java's; ours refuses to. */
    private static final String DATA_SOURCE = ROOT + "persistence.postgres.Connecting";

    private static JavaClasses house;

    @BeforeAll
    static void read() {
        house = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("org.steadfast");
    }

    @AfterAll
    static void forget() {
        house = null;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "protocol",
                "coordination",
                "persistence",
                "foundation",
                "connection",
                "distribution",
                "simulator"
            })
    void everyModuleIsLookedAt(String module) {
        assertThat(house.that(resideInAPackage(ROOT + module + ".."))).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "protocol, ''",
        "coordination, protocol",
        "persistence, protocol",
        "foundation, protocol coordination persistence",
        "connection, protocol coordination",
        "simulator, protocol",
        "distribution, protocol coordination persistence foundation connection"
    })
    void arrowsPointOneWay(String module, String others) {
        String[] allowed = Stream.concat(Stream.of(module), Arrays.stream(others.split(" ")))
                .filter(name -> !name.isEmpty())
                .map(name -> ROOT + name + "..")
                .toArray(String[]::new);
        classes()
                .that(resideInAPackage(ROOT + module + ".."))
                .should()
                .onlyDependOnClassesThat(resideOutsideOfPackage(ROOT + ".").or(resideInAnyPackage(allowed)))
                .check(house);
    }

    @Test
    void packagesAreNamedForWhatTheyHold() {
        List<String> patterns =
                List.of("impl", "util", "utils", "manager", "managers", "helper", "helpers", "common", "misc", "base");
        assertThat(house.getPackage("org.steadfast").getSubpackagesInTree())
                .map(JavaPackage::getRelativeName)
                .doesNotContainAnyElementsOf(patterns);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "protocol",
                "coordination",
                "persistence",
                "foundation",
                "connection",
                "distribution",
                "simulator"
            })
    void packagesOfAModuleFormNoCycle(String module) {
        SlicesRuleDefinition.slices()
                .assignedFrom(packagesOf(ROOT + module))
                .should()
                .beFreeOfCycles()
                .check(house);
    }

    private static SliceAssignment packagesOf(String root) {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return resideInAPackage(root + "..").test(type)
                        ? SliceIdentifier.of(type.getPackageName())
                        : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "packages of " + root;
            }
        };
    }

    @Test
    void logsGoThroughSlf4j() {
        noClasses()
                .that(not(name(DATA_SOURCE)))
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.util.logging..", "org.apache.commons.logging.."))
                .check(house);
        noClasses()
                .that(not(resideInAPackage(ROOT + "distribution..")))
                .should()
                .dependOnClassesThat(resideInAPackage("org.apache.logging.log4j.."))
                .check(house);
    }

    @Test
    void onlyCommandsWriteToTheTerminal() {
        noClasses()
                .that(not(resideInAnyPackage(ROOT + "distribution..", ROOT + "simulator.."))
                        .and(not(equivalentTo(NodeProcess.class))))
                .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
                .check(house);
    }

    @Test
    void nothingStaticChanges() {
        fields().that().areStatic().should().beFinal().check(house);
    }

    /** Ignite breaks it where its JVM options are missing. */
    @Test
    void connectionsToDatabasesDoNotComeFromTheDriverManager() {
        noClasses()
                .should()
                .dependOnClassesThat(equivalentTo(DriverManager.class))
                .check(house);
    }
}
