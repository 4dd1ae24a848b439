package org.steadfast.coordination;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Another Java process that runs a class of the tests. Closing kills it. */
public final class OtherProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final BufferedReader output;
    private final CompletableFuture<String> errors;

    private OtherProcess(Process process) {
        this.process = process;
        output = process.inputReader(StandardCharsets.UTF_8);
        errors = CompletableFuture.supplyAsync(() -> {
            try {
                return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Starts it with this process's class path. */
    public static OtherProcess start(Class<?> main, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Dlog4j2.configurationFile=classpath:log4j2-off.xml",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return new OtherProcess(builder.start());
    }

    public long pid() {
        return process.pid();
    }

    /** Reads what it prints up to a line; fails where it ends without. */
    public OtherProcess awaitLine(String expected) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.equals(expected)) {
                return this;
            }
        }
        throw new AssertionError("the process ended without printing " + expected + "; " + errors.join());
    }

    /** Asks it to stop, as a supervisor does. */
    public void terminate() {
        // Not Process.destroy(), which closes its streams.
        process.toHandle().destroy();
    }

    /** Ends it at once. */
    public void kill() {
        process.toHandle().destroyForcibly();
        await().atMost(PATIENCE).until(() -> !process.isAlive());
    }

    /** Waits for its end. */
    public int exitStatus() {
        await().atMost(PATIENCE).until(() -> !process.isAlive());
        return process.exitValue();
    }

    /** What is left of its standard output, once it has ended. */
    public List<String> remainingLines() {
        return output.lines().toList();
    }

    /** All of its standard error, once it has ended. */
    public String errors() {
        return errors.join();
    }

    @Override
    public void close() throws IOException {
        kill();
        process.getOutputStream().close();
        process.getErrorStream().close();
        output.close();
    }
}
