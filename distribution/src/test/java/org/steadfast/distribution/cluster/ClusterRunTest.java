package org.steadfast.distribution.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    void kill() throws IOException {
        // What start has left in the background is nobody's child.
        for (String record : new String[] {"cluster", "coordinator1", "database"}) {
            ProcessRecord.read(temp.resolve("instance/run/" + record + ".pid"))
                    .ifPresent(ProcessHandle::destroyForcibly);
        }
        if (cluster != null) {
            cluster.descendants().forEach(ProcessHandle::destroyForcibly);
            cluster.destroyForcibly();
            await().atMost(PATIENCE).until(() -> !cluster.isAlive());
        }
    }

    /** Starts a cluster whose every node does this. */
    private void run(String nodes) throws IOException {
        run(nodes, "run", "--free-ports");
    }

    private void run(String nodes, String... command) throws IOException {
        List<String> steadfast = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dlog4j2.configurationFile=classpath:log4j2-off.xml",
                "-Dsteadfast.home=" + temp.resolve("home"),
                "-cp",
                System.getProperty("java.class.path"),
                Steadfast.class.getName()));
        Path script = temp.resolve("home/bin/steadfast");
        Files.writeString(
                script,
                "#!/bin/sh\n[ \"$1\" = cluster ] && exec '" + String.join("' '", steadfast) + "' \"$@\"\n" + nodes);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        steadfast.add("cluster");
        steadfast.addAll(List.of(command));
        steadfast.add("--instance=" + temp.resolve("instance"));
        cluster = new ProcessBuilder(steadfast)
                .redirectOutput(temp.resolve("out").toFile())
                .redirectError(temp.resolve("errors").toFile())
                .start();
    }

    /** Lays out a cluster whose first machine is this one, and whose others are nobody's. */
    private void layOutOnMachines() throws Exception {
        Optional<String> own = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .findFirst();
        assumeTrue(own.isPresent(), "this machine has no address but its own");
        run(
                "exit 1",
                "create",
                "--coordinators=" + own.get() + ",198.51.100.9,198.51.100.10",
                "--foundation-nodes=" + own.get(),
                "--connection-servers=0",
                "--database-machine=198.51.100.9",
                "--local-folder=" + temp.resolve("instance"));
        assertThat(exitStatus()).as(errors()).isZero();
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
                        + temp.resolve("instance/log/coordinator1.out") + ")\n");
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

    @Test
    void aNodeThatMissesThoseOfOtherMachinesIsStartedAgain() throws Exception {
        layOutOnMachines();
        run("""
                echo x >> '%s/starts'
                echo 'steadfast: the coordinator did not answer within 15 s'
                exit 14
                """.formatted(temp), "run", "--service");
        await().atMost(PATIENCE)
                .until(() -> Files.exists(temp.resolve("starts"))
                        && Files.readAllLines(temp.resolve("starts")).size() >= 3);
        assertThat(Files.readString(temp.resolve("out")))
                .contains(
                        "coordinator1 ended with status 14; starting it again in 1 s (the coordinator did not answer within 15 s)",
                        "starting it again in 2 s");
        cluster.toHandle().destroy();
        assertThat(exitStatus()).isZero();
    }

    @Test
    void aNodeThatCanNeverStartIsAFailureOnSeveralMachinesToo() throws Exception {
        layOutOnMachines();
        run("echo 'steadfast: the settings cannot be used'; exit 10", "run");
        assertThat(exitStatus()).isEqualTo(ExitCode.SETTINGS_INVALID.code());
        assertThat(errors()).contains("coordinator1 did not start: the settings cannot be used");
    }

    @Test
    void startTellsWhyNothingRuns() throws Exception {
        run("exit 1", "create", "--free-ports");
        assertThat(exitStatus()).isZero();
        run(
                "[ \"$1\" = coordinator ] && echo 'steadfast: port 2181 cannot be opened' && exit 11; exec sleep 600",
                "start");
        assertThat(exitStatus()).isEqualTo(ExitCode.PORT_IN_USE.code());
        assertThat(Files.readString(temp.resolve("out")))
                .contains("Starting coordinator1", "coordinator1 did not start: port 2181 cannot be opened");
        assertThat(errors())
                .isEqualTo(
                        "steadfast: the nodes did not start; see " + temp.resolve("instance/log/cluster.log") + "\n");
        run("exit 1", "stop");
        assertThat(exitStatus()).isZero();
        assertThat(Files.readString(temp.resolve("out"))).contains("No node of the cluster ran on this machine");
    }

    @Test
    void stopEndsWhatWasStillStarting() throws Exception {
        run("exit 1", "create", "--free-ports");
        assertThat(exitStatus()).isZero();
        run("exec sleep 600", "start", "--timeout=1");
        assertThat(exitStatus()).isEqualTo(ExitCode.FAILED.code());
        assertThat(errors()).contains("not all nodes were ready within 1 s; they go on trying");
        Path log = temp.resolve("instance/log/cluster.log");
        await().atMost(PATIENCE).until(() -> Files.readString(log).contains("Starting coordinator1"));
        run("exit 1", "stop");
        assertThat(exitStatus()).as(errors()).isZero();
        assertThat(Files.readString(temp.resolve("out")))
                .contains("Stopping coordinator1")
                .endsWith("Stopped\n");
        run("exit 1", "status");
        assertThat(exitStatus()).isEqualTo(ExitCode.NOT_RUNNING.code());
    }
}
