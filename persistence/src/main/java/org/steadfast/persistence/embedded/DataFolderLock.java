package org.steadfast.persistence.embedded;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.steadfast.persistence.embedded.EmbeddedPostgresException.Kind;

/**
 * Keeps a data folder for one launcher at a time; the operating system frees it when the launcher dies. The file stays:
 * were it deleted, a second launcher could lock its successor while the first still holds it. Safe for use by several
 * threads.
 */
final class DataFolderLock implements AutoCloseable {
    private static final int MAX_PID_BYTES = 32;

    private final FileChannel channel;

    private DataFolderLock(FileChannel channel) {
        this.channel = channel;
    }

    static DataFolderLock acquire(DataArea area) throws EmbeddedPostgresException, IOException {
        // One at a time in this process, and not at all if it has the file open: closing any channel of a file gives up
        // the process's lock on it, also one that another channel holds.
        synchronized (DataFolderLock.class) {
            Path file = area.lockFile();
            if (isOpenInThisProcess(file)) {
                throw inUse(area, Long.toString(ProcessHandle.current().pid()));
            }
            FileChannel channel = FileChannel.open(file, CREATE, READ, WRITE);
            boolean acquired = false;
            try {
                if (channel.tryLock() == null) {
                    throw inUse(area, readHolder(channel));
                }
                writeHolder(channel);
                acquired = true;
                return new DataFolderLock(channel);
            } finally {
                if (!acquired) {
                    channel.close();
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (DataFolderLock.class) {
            if (channel.isOpen()) {
                channel.truncate(0);
                channel.close();
            }
        }
    }

    private static boolean isOpenInThisProcess(Path file) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : (Iterable<Path>) descriptors::iterator) {
                if (leadsTo(descriptor, file)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean leadsTo(Path descriptor, Path file) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (NoSuchFileException closedMeanwhile) {
            return false;
        }
    }

    private static String readHolder(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(MAX_PID_BYTES);
        channel.read(bytes, 0);
        String pid = StandardCharsets.US_ASCII.decode(bytes.flip()).toString().strip();
        return pid.isEmpty() ? "unknown" : pid;
    }

    private static void writeHolder(FileChannel channel) throws IOException {
        channel.truncate(0);
        channel.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"), 0);
    }

    private static EmbeddedPostgresException inUse(DataArea area, String holder) {
        return new EmbeddedPostgresException(
                Kind.DATA_FOLDER_IN_USE,
                "data folder " + area.folder() + " is in use by the process with pid " + holder
                        + "; stop that process or name another folder");
    }
}
