package org.steadfast.foundation.transfer;

import java.io.IOException;
import java.util.Optional;
import org.steadfast.foundation.repository.Repository;
import org.steadfast.foundation.repository.RepositoryException;
import org.steadfast.foundation.repository.RepositoryPath;

/** A file of a repository that is copied. */
final class RepositorySource implements Source {
    private final Repository repository;
    private final RepositoryPath path;
    private final FilePlace place;
    private Optional<Repository.Opened> opened = Optional.empty();
    private long position;

    RepositorySource(Repository repository, RepositoryPath path, FilePlace place) {
        this.repository = repository;
        this.path = path;
        this.place = place;
    }

    @Override
    public long open(TransferJob job) throws TransferException {
        return rewind();
    }

    @Override
    public long rewind() throws TransferException {
        close();
        try {
            Repository.Opened file = repository.open(path);
            opened = Optional.of(file);
            position = 0;
            return file.entry().size();
        } catch (RepositoryException e) {
            throw RepositoryTarget.failed(place, e);
        }
    }

    @Override
    public int blockBytes() {
        return Integer.MAX_VALUE;
    }

    @Override
    public byte[] read(long offset, int count) throws TransferException {
        try {
            Repository.Opened file = opened.orElseThrow();
            if (offset != position) {
                throw new IllegalStateException("read at " + offset + ", the file is at " + position);
            }
            byte[] block = file.content().readNBytes(count);
            if (block.length == 0) {
                throw new TransferException(
                        TransferException.Kind.FAILED, path + " has become shorter while it was copied");
            }
            position += block.length;
            return block;
        } catch (IOException e) {
            throw new TransferException(TransferException.Kind.FAILED, path + " cannot be read: " + e, e);
        }
    }

    @Override
    public Optional<String> checksum() {
        return Optional.empty();
    }

    @Override
    public void ended(TransferJob job) {
        close();
    }

    @Override
    public void close() {
        try {
            if (opened.isPresent()) {
                opened.get().content().close();
            }
        } catch (IOException e) {
            throw new IllegalStateException("a file that was read cannot be closed", e);
        }
        opened = Optional.empty();
    }
}
