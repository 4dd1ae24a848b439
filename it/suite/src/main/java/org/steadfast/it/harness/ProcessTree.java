package org.steadfast.it.harness;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A process and all that it has started. Used by one thread at a time. */
record ProcessTree(Process process) {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Ends all of them as {@code kill -9} does, and returns when they are gone. */
    void kill() throws InterruptedException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        process.waitFor();
        await().atMost(PATIENCE).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** Stops all of them as {@code kill -STOP} does. */
    void freeze() throws IOException, InterruptedException {
        signal("-STOP", Stream.concat(Stream.of(process.toHandle()), process.descendants()));
    }

    void thaw() throws IOException, InterruptedException {
        signal("-CONT", Stream.concat(Stream.of(process.toHandle()), process.descendants()));
    }

    static void signal(String name, Stream<ProcessHandle> processes) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", name));
        processes.forEach(handle -> command.add(Long.toString(handle.pid())));
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + status);
        }
    }
}
