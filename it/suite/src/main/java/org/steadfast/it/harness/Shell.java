package org.steadfast.it.harness;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Programs of the operating system that end at once. */
public final class Shell {

    /** What the program did. */
    public record Ended(int status, String output) {}

    /** Runs a program that must succeed, and returns what it prints. */
    String run(List<String> command, String input) throws IOException, InterruptedException {
        Ended ended = attempt(command, input);
        if (ended.status() != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + ended.status() + ": " + ended.output()
                    + (input.isEmpty() ? "" : "\nits input was\n" + input));
        }
        return ended.output();
    }

    String run(String... command) throws IOException, InterruptedException {
        return run(List.of(command), "");
    }

    Ended attempt(List<String> command, String input) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        if (input.isEmpty()) {
            builder.redirectInput(new File("/dev/null"));
        }
        Process process = builder.start();
        if (!input.isEmpty()) {
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        }
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output.strip());
    }
}
