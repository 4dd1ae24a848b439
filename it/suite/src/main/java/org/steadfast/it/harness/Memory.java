package org.steadfast.it.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** How much memory a process and its children hold, shared pages divided among those that share them (Linux, PSS). */
public final class Memory {
    private Memory() {}

    /** Of a process and its children, in MiB. */
    public static long megabytes(long pid) {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        return Stream.concat(Stream.of(process), process.descendants())
                        .mapToLong(Memory::kilobytes)
                        .sum()
                / 1024;
    }

    private static long kilobytes(ProcessHandle process) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            // It ended meanwhile.
            return 0;
        }
    }
}
