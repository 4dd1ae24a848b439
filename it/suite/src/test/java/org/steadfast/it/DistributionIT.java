package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.steadfast.it.harness.Distribution;
import org.steadfast.protocol.json.Json;

/** What is in the archives that people take home. */
final class DistributionIT {
    private final Path home = Distribution.built().home();

    private static Set<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Test
    void theBillOfMaterialsNamesEveryLibraryWithItsVersionAndLicence() throws Exception {
        Path file = home.resolve("sbom/steadfast.cdx.json");
        assertThat(file).as("a build without a network (-o) leaves it out").exists();
        JsonNode bill = Json.read(Files.readAllBytes(file));
        assertThat(bill.path("bomFormat").asText()).isEqualTo("CycloneDX");

        Set<String> named = new TreeSet<>();
        JsonNode itself = bill.at("/metadata/component");
        named.add(itself.path("name").asText() + "-" + itself.path("version").asText() + ".jar");
        for (JsonNode component : bill.path("components")) {
            named.add(component.path("name").asText() + "-"
                    + component.path("version").asText() + ".jar");
            assertThat(component.path("purl").asText()).startsWith("pkg:maven/");
            assertThat(component.path("licenses"))
                    .as(component.path("purl").asText())
                    .isNotEmpty();
        }
        assertThat(named).isEqualTo(files(home.resolve("lib")));
    }

    @Test
    void theZipHasTheFilesOfTheFolder() throws Exception {
        try (ZipFile zip = new ZipFile(home.resolveSibling("steadfast.zip").toFile())) {
            Set<String> zipped = zip.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(ZipEntry::getName)
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(zipped).isEqualTo(files(home));
        }
    }
}
