package org.steadfast.installer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Tells which processes of this machine run from a distribution. */
final class HomeInUse {
    private HomeInUse() {}

    /** What runs there, and how it is stopped; empty where nothing does that this user may look at. */
    static Optional<String> obstacle(Path home) throws IOException {
        List<String> processes = processes(home);
        return processes.isEmpty()
                ? Optional.empty()
                : Optional.of("nodes run from " + home + ", as processes " + String.join(", ", processes)
                        + "; stop them with bin/cluster stop");
    }

    private static List<String> processes(Path home) throws IOException {
        if (Files.notExists(home)) {
            return List.of();
        }
        // The script names it by the path without symbolic links.
        String mark = "-Dsteadfast.home=" + home.toRealPath();
        return ProcessHandle.allProcesses()
                .filter(process -> Arrays.asList(process.info().arguments().orElse(new String[0]))
                        .contains(mark))
                .map(ProcessHandle::pid)
                .sorted()
                .map(String::valueOf)
                .toList();
    }
}
