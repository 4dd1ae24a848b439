package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        String[] parts = Files.readString(file).trim().split(" ", 2);
        if (parts.length != 2 || !parts[0].matches("\\d{1,18}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(parts[0]))
                .filter(ProcessHandle::isAlive)
                // Where a process cannot be told from a later one, nobody is taken for it.
                .filter(process -> ProcessIdentity.stamp(process.pid())
                        .filter(parts[1]::equals)
                        .isPresent());
    }
}
