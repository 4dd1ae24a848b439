package org.steadfast.foundation.transfer;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.repository.Draft;
import org.steadfast.foundation.repository.Repository;
import org.steadfast.foundation.repository.RepositoryException;
import org.steadfast.foundation.repository.RepositoryPath;

/** A file that comes into a repository. */
final class RepositoryTarget implements Target {
    private static final Logger log = LoggerFactory.getLogger(RepositoryTarget.class);

    private final Repository repository;
    private final RepositoryPath path;
    private final FilePlace place;
    private Optional<Draft> draft = Optional.empty();
    private long length;

    RepositoryTarget(Repository repository, RepositoryPath path, FilePlace place) {
        this.repository = repository;
        this.path = path;
        this.place = place;
    }

    @Override
    public void begin(TransferJob job, long size) throws TransferException {
        try {
            if (draft.isPresent()) {
                draft.get().restart();
            } else {
                draft = Optional.of(repository.draft(path));
            }
            length = 0;
        } catch (RepositoryException e) {
            throw failed(place, e);
        }
    }

    @Override
    public int blockBytes() {
        return Integer.MAX_VALUE;
    }

    @Override
    public void write(long offset, byte[] block) throws TransferException {
        try {
            draft.orElseThrow().append(ByteBuffer.wrap(block));
            length += block.length;
        } catch (RepositoryException e) {
            throw failed(place, e);
        }
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public Optional<String> checksum() {
        return Optional.empty();
    }

    @Override
    public void commit(String checksum) throws TransferException {
        try {
            draft.orElseThrow().keep(true);
        } catch (RepositoryException e) {
            throw failed(place, e);
        }
    }

    @Override
    public void ended(TransferJob job) {
        close();
    }

    @Override
    public void close() {
        try {
            if (draft.isPresent()) {
                draft.get().close();
            }
        } catch (RepositoryException e) {
            // It is removed with what nodes that died have left.
            log.warn("LEFTOVERS_STAY: what was copied of {} could not be removed", place, e);
        }
        draft = Optional.empty();
    }

    /** What a storage location cannot do now it may have done in part; all else is refused beforehand. */
    static TransferException failed(FilePlace place, RepositoryException e) {
        return new TransferException(
                e.kind() == RepositoryException.Kind.UNAVAILABLE
                        ? TransferException.Kind.FAILED
                        : TransferException.Kind.REFUSED,
                "repository " + place.repository() + ": " + e.getMessage(),
                e);
    }
}
