package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.steadfast.coordination.lease.ProcessIdentity;

/** Which process runs a node, as its supervisor wrote it down. */
final class ProcessRecord {
    private ProcessRecord() {}

    static void write(Path file, ProcessHandle process) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(
                file, process.pid() + " " + ProcessIdentity.stamp(process.pid()).orElse("unknown") + "\n");
    }

    /**
     * The live process that the record names; a later one that has the same number is not it.
     *
     * @throws IOException if there is a record that cannot be read, by whoever asks
     */
    static Optional<ProcessHandle> read(Path file) throws IOException {
        String[] parts = parts(file);
        if (parts.length == 0) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(parts[0]))
                .filter(ProcessHandle::isAlive)
                // Where a process cannot be told from a later one, nobody is taken for it.
                .filter(process -> ProcessIdentity.stamp(process.pid())
                        .filter(parts[1]::equals)
                        .isPresent());
    }

    /** Number of the process that was started last, whether it lives or not; empty where none was. */
    static OptionalLong started(Path file) throws IOException {
        String[] parts = parts(file);
        return parts.length == 0 ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(parts[0]));
    }

    /** Number and stamp; nothing where there is no record, or one that is not written to its end. */
    private static String[] parts(Path file) throws IOException {
        if (Files.notExists(file)) {
            return new String[0];
        }
        String[] parts = Files.readString(file).trim().split(" ", 2);
        return parts.length == 2 && parts[0].matches("\\d{1,18}") ? parts : new String[0];
    }
}
