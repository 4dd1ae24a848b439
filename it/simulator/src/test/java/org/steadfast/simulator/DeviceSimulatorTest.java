package org.steadfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own, ended by a signal. SIGTERM: a background process may be deaf to SIGINT. */
class DeviceSimulatorTest {
    @TempDir
    private Path directory;

    @Test
    void signal_ends_it_with_a_report_and_its_own_status() throws Exception {
        Path out = directory.resolve("out");
        try (FakeServer server = new FakeServer()) {
            ProcessBuilder builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            DeviceSimulator.class.getName(),
                            "--server",
                            server.address().toString(),
                            "--rate",
                            "100")
                    .redirectOutput(out.toFile())
                    .redirectError(directory.resolve("err").toFile());
            builder.environment().put(AppKeyOptions.ENVIRONMENT, FakeServer.KEY.text());
            Process process = builder.start();
            try {
                await().atMost(Duration.ofSeconds(30)).until(() -> server.acknowledged.size() > 5);
                process.destroy();
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            } finally {
                process.destroyForcibly();
            }
            assertThat(Files.readString(out)).contains("STOPPED").contains("0 unacknowledged");
            assertThat(process.exitValue()).isZero();
            assertThat(server.unbound).containsExactly("sim1");
        }
    }
}
