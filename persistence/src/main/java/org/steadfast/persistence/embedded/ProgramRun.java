package org.steadfast.persistence.embedded;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.steadfast.persistence.embedded.EmbeddedPostgresException.Kind;

/** Runs one of the operating system's or PostgreSQL's programs. */
final class ProgramRun {
    private static final Duration OUTPUT_END_LIMIT = Duration.ofSeconds(2);
    /** Nothing of our own environment: it may hold secrets, and variables that change what PostgreSQL does. */
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LC_ALL", "C");

    private ProgramRun() {}

    /** @param output the end of what the program wrote */
    record Outcome(int exitCode, String output) {
        String requireSuccess(String purpose) throws EmbeddedPostgresException {
            if (exitCode != 0) {
                throw new EmbeddedPostgresException(
                        Kind.FAILED, purpose + " failed with exit code " + exitCode + ": " + output);
            }
            return output;
        }
    }

    static Process start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(ENVIRONMENT);
        // The program's account need not be able to enter the folder that we are in.
        builder.directory(new File("/"));
        builder.redirectErrorStream(true);
        builder.redirectInput(new File("/dev/null"));
        try {
            return builder.start();
        } catch (IOException e) {
            throw new IOException(
                    command.get(0) + " cannot be run (setsid and setpriv are in the package util-linux): "
                            + e.getMessage(),
                    e);
        }
    }

    /** Runs a program to its end; it is killed with all its children when the limit is over or we are interrupted. */
    static Outcome run(List<String> command, Duration limit)
            throws EmbeddedPostgresException, IOException, InterruptedException {
        Process process = start(command);
        OutputPump output = OutputPump.start(process.getInputStream(), "output of " + command.get(0));
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new EmbeddedPostgresException(
                        Kind.FAILED,
                        String.join(" ", command) + " did not end within " + limit.toSeconds() + " s: "
                                + output.tail());
            }
            output.awaitEnd(OUTPUT_END_LIMIT);
            return new Outcome(process.exitValue(), output.tail());
        } finally {
            if (process.isAlive()) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }
}
