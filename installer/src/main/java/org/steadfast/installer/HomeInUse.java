package org.steadfast.installer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Tells which processes of this machine run from a distribution. */
final class HomeInUse {
    private HomeInUse() {}

    /** The ids of those that {@code bin/steadfast} of a home has started and that this user may look at. */
    static List<Long> processes(Path home) throws IOException {
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
                .toList();
    }
}
