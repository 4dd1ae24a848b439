package org.steadfast.persistence.embedded;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Another Java process that starts the database, so that a test can kill it. Closing ends it with all that it started.
 */
final class LauncherProcess implements AutoCloseable {
    private static final String STARTED = "postmaster ";

    private final Process process;
    private Optional<ProcessHandle> postmaster = Optional.empty();

    private LauncherProcess(Process process) {
        this.process = process;
    }

    /** The other process: starts the database, says so, and stops it at the end of its input. */
    public static void main(String[] arguments) throws Exception {
        TestDatabase database =
                TestDatabase.on(Integer.parseInt(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]));
        try (EmbeddedPostgres postgres = database.start()) {
            System.out.println(STARTED + postgres.postmasterPid());
            while (System.in.read() >= 0) {
                // Nothing is sent; the end of the input is what is waited for.
                continue;
            }
        }
    }

    static LauncherProcess launch(TestDatabase database) throws IOException {
        EmbeddedPostgresSettings settings = database.settings();
        return new LauncherProcess(new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LauncherProcess.class.getName(),
                        Integer.toString(settings.port()),
                        settings.dataFolder().toString(),
                        settings.binariesFolder().toString()))
                .redirectErrorStream(true)
                .start());
    }

    LauncherProcess awaitStarted() throws IOException {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(STARTED)) {
                postmaster = ProcessHandle.of(Long.parseLong(line.substring(STARTED.length())));
                return this;
            }
        }
        throw new AssertionError("the launcher ended without having started the database");
    }

    long pid() {
        return process.pid();
    }

    ProcessHandle postmaster() {
        return postmaster.orElseThrow();
    }

    void kill() {
        process.destroyForcibly();
        await().atMost(Duration.ofSeconds(10)).until(() -> !process.isAlive());
    }

    @Override
    public void close() {
        List<ProcessHandle> all = Stream.of(process.descendants(), postmaster.stream(), Stream.of(process.toHandle()))
                .flatMap(p -> p)
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle one : all) {
            await().atMost(Duration.ofSeconds(10)).until(() -> Shutdown.hasEnded(one));
        }
    }
}
