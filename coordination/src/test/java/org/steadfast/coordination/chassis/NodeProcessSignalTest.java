package org.steadfast.coordination.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.steadfast.coordination.OtherProcess;

/** How a node ends as a process: by signals, and with its supervisor. */
@Timeout(120)
class NodeProcessSignalTest {
    private static OtherProcess node(String behaviour, Map<String, String> environment) throws IOException {
        return OtherProcess.start(SampleNode.class, environment, behaviour);
    }

    @Test
    void aSignalStopsInOrderAndIsNoFailure() throws IOException {
        try (OtherProcess node = node("running", Map.of()).awaitLine("running")) {
            node.terminate();
            assertThat(node.exitStatus()).isZero();
            assertThat(node.remainingLines()).contains("stopped two", "stopped one", "end of the log");
            assertThat(node.errors()).isEmpty();
        }
    }

    @Test
    void aSignalDuringTheStartIsNoFailure() throws IOException {
        try (OtherProcess node = node("stopped-in-start", Map.of()).awaitLine("started")) {
            node.terminate();
            assertThat(node.exitStatus()).isZero();
            assertThat(node.remainingLines())
                    .containsExactly("stopped two", "stopped one", "stopped three", "ended with OK", "end of the log");
            assertThat(node.errors()).isEmpty();
        }
    }

    @Test
    void aSignalEndsAStartThatHangs() throws IOException {
        try (OtherProcess node = node("hanging-in-start", Map.of()).awaitLine("started")) {
            node.terminate();
            assertThat(node.exitStatus()).isZero();
            assertThat(node.remainingLines()).containsExactly("stopped two", "stopped one", "end of the log");
        }
    }

    @Test
    void aFailureGivesItsExitStatus() throws IOException {
        try (OtherProcess node = node("failing", Map.of())) {
            assertThat(node.exitStatus()).isEqualTo(ExitCode.DATA_IN_USE.code());
            assertThat(node.errors()).isEqualTo("steadfast: thrown by a test\n");
        }
    }

    @Test
    void aNodeThatMustNotGoOnEndsEvenWhereItsStopHangs() throws IOException {
        try (OtherProcess node = node("fenced", Map.of())) {
            assertThat(node.exitStatus()).isEqualTo(ExitCode.FENCED.code());
            assertThat(node.remainingLines()).containsExactly("started", "end of the log");
        }
    }

    @Test
    void theEndOfItsSupervisorStopsIt() throws IOException {
        try (OtherProcess supervisor = node("running", Map.of()).awaitLine("running");
                OtherProcess node = node("running", supervisedBy(Long.toString(supervisor.pid())))
                        .awaitLine("running")) {
            supervisor.kill();
            assertThat(node.exitStatus()).isZero();
            assertThat(node.remainingLines()).containsExactly("stopped two", "stopped one", "ended with OK");
        }
    }

    @Test
    void aSupervisorThatIsGoneAlreadyStopsItToo() throws IOException {
        long pid;
        try (OtherProcess gone = node("failing", Map.of())) {
            pid = gone.pid();
            assertThat(gone.exitStatus()).isNotZero();
        }
        try (OtherProcess node = node("running", supervisedBy(Long.toString(pid)))) {
            assertThat(node.exitStatus()).isZero();
            assertThat(node.errors()).isEmpty();
        }
    }

    @Test
    void aSupervisorThatIsNoProcessIdIsAFailure() throws IOException {
        try (OtherProcess node = node("running", supervisedBy("me"))) {
            assertThat(node.exitStatus()).isEqualTo(ExitCode.FAILED.code());
            assertThat(node.errors()).contains(NodeProcess.SUPERVISOR_PID, "me").hasLineCount(1);
        }
    }

    private static Map<String, String> supervisedBy(String pid) {
        return Map.of(NodeProcess.SUPERVISOR_PID, pid);
    }
}
