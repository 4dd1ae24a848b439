package org.steadfast.it.harness;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
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

    /** Stops all of them as {@code kill -STOP} does; the first one first, so that it starts no more. */
    void freeze() throws IOException, InterruptedException {
        signal("-STOP", Stream.of(process.toHandle()));
        signal("-STOP", process.descendants());
    }

    void thaw() throws IOException, InterruptedException {
        signal("-CONT", Stream.concat(Stream.of(process.toHandle()), process.descendants()));
    }

    /** Those that have ended meanwhile need no signal. */
    static void signal(String name, Stream<ProcessHandle> processes) throws IOException, InterruptedException {
        for (ProcessHandle handle : processes.toList()) {
            Shell.Ended ended = new Shell().attempt(List.of("kill", name, Long.toString(handle.pid())), "");
            if (ended.status() != 0 && handle.isAlive()) {
                throw new IOException("kill " + name + " " + handle.pid() + ": " + ended.output());
            }
        }
    }
}
