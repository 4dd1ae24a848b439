package org.steadfast.foundation.repository;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that is being written, piece by piece, and that nobody sees until it is kept, as a whole. To be closed; what was not kept is gone
 * then. For one thread.
 */
public final class Draft implements AutoCloseable {
    private final RepositoryPath path;
    private final Path part;
    private final FileChannel file;
    private final long mostBytes;
    private final Keeping keeping;
    private long written;

    /** Puts what was written to where it belongs. */
    @FunctionalInterface
    interface Keeping {
        void keep(Path part, boolean overwrite) throws IOException, RepositoryException;
    }

    /**
     * Begins an empty one.
     *
     * @param part where it is written
     * @param mostBytes beyond which it is refused
     */
    Draft(RepositoryPath path, Path part, long mostBytes, Keeping keeping) throws IOException {
        this.path = path;
        this.part = part;
        this.file = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        this.mostBytes = mostBytes;
        this.keeping = keeping;
    }

    /**
     * Adds a piece at the end.
     *
     * @throws RepositoryException {@link RepositoryException.Kind#TOO_LARGE}
     */
    public void append(ByteBuffer piece) throws RepositoryException {
        written += piece.remaining();
        if (written > mostBytes) {
            throw Landing.tooLarge(mostBytes);
        }
        Repository.doing(path, () -> {
            while (piece.hasRemaining()) {
                file.write(piece);
            }
            return null;
        });
    }

    /** Begins again, with nothing. */
    public void restart() throws RepositoryException {
        written = 0;
        Repository.doing(path, () -> file.truncate(0).position(0));
    }

    /**
     * Puts it to where it belongs; it is on the disk, as a whole, when this returns.
     *
     * @param overwrite whether one that is there is replaced
     */
    public void keep(boolean overwrite) throws RepositoryException {
        Repository.doing(path, () -> {
            file.force(true);
            file.close();
            keeping.keep(part, overwrite);
            return null;
        });
    }

    @Override
    public void close() throws RepositoryException {
        Repository.doing(path, () -> {
            file.close();
            Files.deleteIfExists(part);
            return null;
        });
    }
}
