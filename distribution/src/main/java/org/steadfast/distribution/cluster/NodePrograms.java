package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * From which folder of programs the supervisor of this machine starts nodes. It writes down its own when it begins; a rolling restart, whose
 * programs may be of another version, writes down those that nodes are started from afterwards. Written by one command at a time, which the
 * permit of rolling restarts guards; read by the supervisor.
 */
final class NodePrograms {
    private final Path record;

    NodePrograms(Instance instance) {
        this.record = instance.supervisorRecord().resolveSibling("programs");
    }

    /** Empty where a supervisor runs that writes none down. */
    Optional<Path> read() throws IOException {
        try {
            return Optional.of(Path.of(Files.readString(record).strip()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** @param home folder of programs, in full */
    void write(Path home) throws IOException {
        Files.createDirectories(record.getParent());
        Path next = record.resolveSibling("programs.new");
        Files.writeString(next, home + "\n");
        Files.move(next, record, StandardCopyOption.ATOMIC_MOVE);
    }
}
