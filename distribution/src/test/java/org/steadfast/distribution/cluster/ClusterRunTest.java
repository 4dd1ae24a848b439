package org.steadfast.distribution.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.distribution.OpenTempFolder;
import org.steadfast.distribution.Steadfast;

/** How {@code cluster run} ends where its nodes do not start, with a home whose nodes are a shell script. */
@Timeout(180)
class ClusterRunTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir(factory = OpenTempFolder.class)
    private Path temp;

    private Process cluster;

    @BeforeEach
    void makeHome() throws IOException {
        Files.createDirectories(temp.resolve("home/bin"));
    }

    @AfterEach
    void kill() {
        if (cluster != null) {
            cluster.descendants().forEach(ProcessHandle::destroyForcibly);
            cluster.destroyForcibly();
            await().atMost(PATIENCE).until(() -> !cluster.isAlive());
        }
    }

    /** Starts a cluster whose every node does this. */
    private void run(String nodes) throws IOException {
        Path script = temp.resolve("home/bin/steadfast");
        Files.writeString(script, "#!/bin/sh\n" + nodes);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        cluster = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dlog4j2.configurationFile=classpath:log4j2-off.xml",
                        "-Dsteadfast.home=" + temp.resolve("home"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Steadfast.class.getName(),
                        "cluster",
                        "run",
                        "--free-ports",
                        "--instance=" + temp.resolve("instance"))
                .redirectOutput(temp.resolve("out").toFile())
                .redirectError(temp.resolve("errors").toFile())
                .start();
    }

    private int exitStatus() throws InterruptedException {
        assertThat(cluster.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return cluster.exitValue();
    }

    private String errors() throws IOException {
        return Files.readString(temp.resolve("errors"), StandardCharsets.UTF_8);
    }

    @Test
    void theReasonOfANodeThatDoesNotStartIsOneLineAndTheExitStatus() throws Exception {
        run("""
                if [ "$1" = coordinator ]; then
                  echo 'steadfast: port 2181 of 127.0.0.1 cannot be opened'
                  i=0; while [ $i -lt 40 ]; do echo "  at some.stack.Trace($i)"; i=$((i + 1)); done
                  exit 11
                fi
                exec sleep 600
                """);
        assertThat(exitStatus()).isEqualTo(ExitCode.PORT_IN_USE.code());
        assertThat(errors())
                .isEqualTo("steadfast: coordinator1 did not start: port 2181 of 127.0.0.1 cannot be opened ("
                        + temp.resolve("instance/log/coordinator1.log") + ")\n");
        assertThat(cluster.descendants()).isEmpty();
    }

    @Test
    void aReasonFromAnEarlierStartIsNotTold() throws Exception {
        Files.createDirectories(temp.resolve("instance/log"));
        Files.writeString(temp.resolve("instance/log/coordinator1.log"), "steadfast: an old reason\n");
        run("[ \"$1\" = coordinator ] && exit 1; exec sleep 600\n");
        assertThat(exitStatus()).isEqualTo(ExitCode.FAILED.code());
        assertThat(errors()).contains("coordinator1 did not start: see its log").doesNotContain("old reason");
    }

    @Test
    void aNodeThatEndsBeforeItIsReadyIsAFailureWhateverItsStatus() throws Exception {
        run("[ \"$1\" = coordinator ] && exit 0; exec sleep 600\n");
        assertThat(exitStatus()).isEqualTo(ExitCode.FAILED.code());
        assertThat(errors()).hasLineCount(1).contains("coordinator1 did not start: see its log");
    }

    @Test
    void aSignalDuringTheStartStopsTheNodesAndIsNoFailure() throws Exception {
        run("echo $$ > '" + temp + "'/pid-$1; exec sleep 600\n");
        await().atMost(PATIENCE)
                .until(() -> List.of("coordinator", "database").stream()
                        .allMatch(role -> Files.exists(temp.resolve("pid-" + role))));
        List<ProcessHandle> nodes = cluster.descendants().toList();
        assertThat(nodes).isNotEmpty();
        cluster.toHandle().destroy();
        assertThat(exitStatus()).isZero();
        assertThat(nodes).noneMatch(ProcessHandle::isAlive);
        assertThat(errors()).isEmpty();
    }

    @Test
    void aClusterThatRunsAlreadyIsNotStartedTwice() throws Exception {
        run("exec sleep 600\n");
        await().atMost(PATIENCE)
                .until(() -> Files.exists(temp.resolve("instance/cluster.json"))
                        && cluster.descendants().findAny().isPresent());
        Process first = cluster;
        try {
            run("exec sleep 600\n");
            assertThat(exitStatus()).isEqualTo(ExitCode.DATA_IN_USE.code());
            assertThat(errors()).hasLineCount(1).contains("in use by the live process " + first.pid());
        } finally {
            cluster = first;
        }
    }
}
