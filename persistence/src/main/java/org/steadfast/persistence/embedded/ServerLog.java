package org.steadfast.persistence.embedded;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** PostgreSQL's log file with one predecessor, each of limited size. Used by one thread. */
final class ServerLog implements OutputPump.Sink {
    static final long LIMIT_BYTES = 10L << 20;

    private final Path file;
    private final Path predecessor;
    private final long limit;

    ServerLog(Path file, long limit) {
        this.file = file;
        this.predecessor = file.resolveSibling(file.getFileName() + ".1");
        this.limit = limit;
    }

    /**
     * Opened for each write, which are few: so there is nothing to close, and a file that was moved away comes back.
     */
    @Override
    public void write(byte[] bytes, int count) throws IOException {
        if (Files.exists(file) && Files.size(file) + count > limit) {
            Files.move(file, predecessor, StandardCopyOption.REPLACE_EXISTING);
        }
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(CREATE, APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }
    }
}
