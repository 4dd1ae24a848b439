package org.steadfast.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files of the distribution that are not Java. */
final class HomeTest {
    private static final Path HOME = Path.of("src/main/home");

    @Test
    void theScriptsAreCleanAndExecutable() throws Exception {
        List<String> command =
                new ArrayList<>(List.of("shellcheck", "../cluster", "../test", "../it/benchmark", "../.ci/run"));
        try (Stream<Path> scripts = Files.list(HOME.resolve("bin"))) {
            for (Path script : scripts.toList()) {
                assertThat(script).isExecutable();
                command.add(script.toString());
            }
        }
        Process shellcheck =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        String findings = new String(shellcheck.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(shellcheck.waitFor()).as(findings).isZero();
    }

    @Test
    void aFoundationNodeOpensAllThatIgniteReachesInto() throws IOException {
        List<String> options = Files.readAllLines(HOME.resolve("conf/jvm/foundation-node.options"));
        String pom = Files.readString(Path.of("../pom.xml"));
        String opens = pom.substring(
                pom.indexOf("<ignite.opens>") + "<ignite.opens>".length(), pom.indexOf("</ignite.opens>"));

        assertThat(options).contains(opens.split(" "));
    }

    @Test
    void everyNodeHasJvmOptionsOfItsOwn() {
        for (String role :
                List.of("foundation-node", "connection-server", "coordinator", "database", "cluster", "tool")) {
            assertThat(HOME.resolve("conf/jvm/" + role + ".options")).exists();
        }
    }
}
