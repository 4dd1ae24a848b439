package org.steadfast.distribution.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine with one connection server, whose heap the options bound, and the process that watches it. */
class MemoryCheckTest {
    private static final long GIGABYTE = 1L << 30;
    private static final Map<NodePlan, NodeNeeds> NODES = Map.of(
            new NodePlan("connection1", NodePlan.CONNECTION_SERVER, "127.0.0.1", 1),
            new NodeNeeds(List.of(), List.of(), Optional.empty()));

    @TempDir
    private Path home;

    @BeforeEach
    void writeOptions() throws IOException {
        options("cluster", "-Xmx100m");
        options("connection-server", "-Xms128m", "-Xmx1g", "-XX:+UseG1GC");
    }

    private void options(String command, String... lines) throws IOException {
        Files.createDirectories(home.resolve("conf/jvm"));
        Files.write(home.resolve("conf/jvm/" + command + ".options"), List.of(lines));
    }

    private Finding check(Map<String, String> environment, long machine) throws IOException {
        return new MemoryCheck(home, environment, machine).of(NODES);
    }

    @Test
    void thereIsEnough() throws Exception {
        assertThat(check(Map.of(), 2 * GIGABYTE))
                .isEqualTo(
                        Finding.ok("memory", "the machine has 2,048 MB, and its nodes may come to take about 1,324"));
    }

    @Test
    void thereIsTooLittle() throws Exception {
        Finding finding = check(Map.of(), GIGABYTE);
        assertThat(finding.level()).isEqualTo(Finding.Level.WARN);
        assertThat(finding.text())
                .startsWith("the machine has 1,024 MB, and its nodes may come to take about 1,324;")
                .contains("-Xmx in conf/jvm");
    }

    @Test
    void theLastLimitCountsAndVariablesToo() throws Exception {
        assertThat(check(Map.of("STEADFAST_JAVA_OPTS_APPEND", "-Da=b -Xmx51200k"), GIGABYTE)
                        .text())
                .endsWith("about 300");
        assertThat(check(Map.of("STEADFAST_JAVA_OPTS", "-XX:MaxHeapSize=2G"), GIGABYTE)
                        .text())
                .contains("about 4,296;");
    }

    @Test
    void withoutALimitJavaTakesAQuarter() throws Exception {
        options("connection-server", "-XX:+UseG1GC");
        assertThat(check(Map.of(), 2 * GIGABYTE).text()).endsWith("about " + (200 + 512 + 100));
    }
}
