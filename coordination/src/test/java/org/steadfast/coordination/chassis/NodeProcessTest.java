package org.steadfast.coordination.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.coordination.settings.InvalidSettingsException.Problem;

@Timeout(60)
class NodeProcessTest {
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final List<String> stopped = new CopyOnWriteArrayList<>();
    private final NodeProcess process =
            new NodeProcess(new PrintStream(errors, true, StandardCharsets.UTF_8), () -> stopped.add("logging"));

    private List<String> errorLines() {
        return errors.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** Runs a node that fails after it has started something. */
    private ExitCode runFailing(Exception failure) {
        return process.run((lifecycle, stopRequest) -> {
            lifecycle.onStop("database", () -> stopped.add("database"));
            throw failure;
        });
    }

    @Test
    void settingsThatCannotBeUsedAreToldLineByLine() {
        ExitCode code = runFailing(new InvalidSettingsException(
                List.of(new Problem("A.Port", "must be a whole number"), new Problem("A.Key", "is not set"))));
        assertThat(code).isEqualTo(ExitCode.SETTINGS_INVALID);
        assertThat(errorLines())
                .containsExactly(
                        "steadfast: 2 problem(s) in the settings, nothing was started",
                        "  A.Port: must be a whole number",
                        "  A.Key: is not set");
        assertThat(stopped).containsExactly("database");
    }

    @Test
    void aFailureOfTheNodeIsOneLineAndItsExitCode() {
        ExitCode code = runFailing(new NodeFailure(
                ExitCode.PORT_IN_USE, "port 8080 is in use; free it", new IllegalStateException("cause")));
        assertThat(code).isEqualTo(ExitCode.PORT_IN_USE);
        assertThat(errorLines()).containsExactly("steadfast: port 8080 is in use; free it");
        assertThat(stopped).containsExactly("database");
    }

    @Test
    void anyOtherFailureIsToldByItsName() {
        assertThat(runFailing(new IllegalStateException("thrown by a test"))).isEqualTo(ExitCode.FAILED);
        assertThat(errorLines()).containsExactly("steadfast: java.lang.IllegalStateException: thrown by a test");
        assertThat(stopped).containsExactly("database");
    }

    @Test
    void anErrorEndsTheNodeLikeAnyOtherFailure() {
        ExitCode code = process.run((lifecycle, stopRequest) -> {
            lifecycle.onStop("database", () -> stopped.add("database"));
            throw new NoClassDefFoundError("thrown by a test");
        });
        assertThat(code).isEqualTo(ExitCode.FAILED);
        assertThat(errorLines()).containsExactly("steadfast: java.lang.NoClassDefFoundError: thrown by a test");
        assertThat(stopped).containsExactly("database");
    }

    @Test
    void aStopRequestEndsARunningNodeInOrder() {
        AtomicReference<NodeProcess.StopRequest> request = new AtomicReference<>();
        AtomicReference<ExitCode> code = new AtomicReference<>();
        Thread runner = new Thread(() -> code.set(process.run((lifecycle, stopRequest) -> {
            lifecycle.onStop("database", () -> stopped.add("database"));
            lifecycle.onStop("REST API", () -> stopped.add("REST API"));
            request.set(stopRequest);
        })));
        runner.start();
        await().until(() -> request.get() != null && runner.getState() == Thread.State.WAITING);
        assertThat(stopped).isEmpty();
        request.get().stop(ExitCode.FENCED);
        request.get().stop(ExitCode.FAILED);
        await().until(() -> !runner.isAlive());
        assertThat(code).hasValue(ExitCode.FENCED);
        assertThat(stopped).containsExactly("REST API", "database");
        assertThat(errorLines()).isEmpty();
    }

    @Test
    void aStopRequestDuringTheStartKeepsItsExitCode() {
        ExitCode code = process.run((lifecycle, stopRequest) -> {
            CountDownLatch stopping = new CountDownLatch(1);
            lifecycle.onStop("database", () -> {
                stopped.add("database");
                stopping.countDown();
            });
            stopRequest.stop(ExitCode.FENCED);
            assertThat(stopping.await(30, TimeUnit.SECONDS)).isTrue();
            lifecycle.onStop("REST API", () -> stopped.add("REST API"));
        });
        assertThat(code).isEqualTo(ExitCode.FENCED);
        assertThat(stopped).containsExactly("database", "REST API");
        assertThat(errorLines()).isEmpty();
    }

    @Test
    void anInterruptEndsTheNodeInOrder() {
        AtomicReference<ExitCode> code = new AtomicReference<>();
        CountDownLatch started = new CountDownLatch(1);
        Thread runner = new Thread(() -> code.set(process.run((lifecycle, stopRequest) -> {
            lifecycle.onStop("database", () -> {
                assertThat(new CountDownLatch(0).await(1, TimeUnit.SECONDS)).isTrue();
                stopped.add("database");
            });
            started.countDown();
        })));
        runner.start();
        await().until(() -> started.getCount() == 0 && runner.getState() == Thread.State.WAITING);
        runner.interrupt();
        await().until(() -> !runner.isAlive());
        assertThat(code).hasValue(ExitCode.OK);
        assertThat(stopped).containsExactly("database");
    }
}
