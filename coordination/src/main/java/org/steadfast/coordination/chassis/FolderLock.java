package org.steadfast.coordination.chassis;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a folder to one live process. The operating system frees it when the process ends, however that ends. */
public final class FolderLock implements AutoCloseable {
    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes a folder, making it where it is missing.
     *
     * @throws NodeFailure {@link ExitCode#DATA_IN_USE} if a live process holds it, {@link ExitCode#STORAGE_UNUSABLE} if it
     *     cannot be made or written
     */
    public static FolderLock take(Path folder) throws NodeFailure {
        Path file = folder.resolve("in-use.lock");
        FileChannel channel = null;
        try {
            Files.createDirectories(folder);
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                String holder = Files.readString(file).strip();
                channel.close();
                throw new NodeFailure(
                        ExitCode.DATA_IN_USE,
                        "the folder " + folder + " is in use by the live process " + holder + "; stop that one first");
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            channel.force(false);
            return new FolderLock(channel);
        } catch (IOException e) {
            closeAfter(channel, e);
            throw new NodeFailure(
                    ExitCode.STORAGE_UNUSABLE,
                    "the folder " + folder + " cannot be written by " + System.getProperty("user.name")
                            + "; give it to that user or set another: " + e,
                    e);
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Held by this very process: as much in use as by another.
            return null;
        }
    }

    private static void closeAfter(FileChannel channel, IOException failure) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
