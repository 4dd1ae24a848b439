package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * From which folder of programs the supervisor of this machine starts each node. It writes down its own for all nodes when it begins; a rolling
 * restart, whose programs may be of another version, writes down those that a node is started from afterwards. Each file is replaced as a whole, so
 * that the supervisor, which reads it whenever it starts the node, finds one or the other.
 */
final class NodePrograms {
    private final Instance instance;

    NodePrograms(Instance instance) {
        this.instance = instance;
    }

    /** Empty where a supervisor runs that writes none down. */
    Optional<Path> read(NodePlan node) throws IOException {
        try {
            return Optional.of(Path.of(Files.readString(record(node)).strip()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** @param home folder of programs, in full */
    void write(NodePlan node, Path home) throws IOException {
        Path record = record(node);
        Files.createDirectories(record.getParent());
        Path next = record.resolveSibling(record.getFileName() + ".new");
        Files.writeString(next, home + "\n");
        Files.move(next, record, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Nobody starts the node any more. */
    void forget(NodePlan node) throws IOException {
        Files.deleteIfExists(record(node));
    }

    private Path record(NodePlan node) {
        return instance.processRecord(node).resolveSibling(node.id() + ".programs");
    }
}
