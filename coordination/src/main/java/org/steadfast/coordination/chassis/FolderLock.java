package org.steadfast.coordination.chassis;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps a folder to one live process. The operating system frees it when the process ends, however that ends. */
public final class FolderLock implements AutoCloseable {
    /**
     * The folders that this process holds. Asked before a lock file is opened, because closing any channel of a file gives up
     * the operating system's lock that the process has on it.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Takes a folder, making it where it is missing.
     *
     * @throws NodeFailure {@link ExitCode#DATA_IN_USE} if a live process holds it, {@link ExitCode#STORAGE_UNUSABLE} if it
     *     cannot be made or written
     */
    public static FolderLock take(Path folder) throws NodeFailure {
        try {
            Files.createDirectories(folder);
            Path real = folder.toRealPath();
            if (!HELD.add(real)) {
                throw inUse(folder, Long.toString(ProcessHandle.current().pid()));
            }
            boolean taken = false;
            try {
                FolderLock lock = lock(folder, real);
                taken = true;
                return lock;
            } finally {
                if (!taken) {
                    HELD.remove(real);
                }
            }
        } catch (IOException e) {
            throw new NodeFailure(
                    ExitCode.STORAGE_UNUSABLE,
                    "the folder " + folder + " cannot be written by " + System.getProperty("user.name")
                            + "; give it to that user or set another: " + e,
                    e);
        }
    }

    private static FolderLock lock(Path folder, Path real) throws IOException, NodeFailure {
        Path file = real.resolve("in-use.lock");
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean taken = false;
        try {
            if (channel.tryLock() == null) {
                throw inUse(folder, Files.readString(file).strip());
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            channel.force(false);
            taken = true;
            return new FolderLock(real, channel);
        } finally {
            if (!taken) {
                channel.close();
            }
        }
    }

    private static NodeFailure inUse(Path folder, String holder) {
        return new NodeFailure(
                ExitCode.DATA_IN_USE,
                "the folder " + folder + " is in use by the live process " + holder + "; stop that one first");
    }

    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            HELD.remove(folder);
        }
    }
}
