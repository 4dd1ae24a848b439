package org.steadfast.foundation.repository;

import java.util.Objects;

/** Something could not be done with a file of a repository. The message names the file, or the parameter. */
public final class RepositoryException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong, as far as an answer needs to know. */
    public enum Kind {
        /** A path or name cannot be, or means something else than was asked for. */
        INVALID,
        /** There is no such file, folder or repository. */
        NOT_FOUND,
        /** There is one already. */
        ALREADY_EXISTS,
        /** A file is longer than one may be. */
        TOO_LARGE,
        /** The repository, or the disk, has no room for it. */
        NO_ROOM,
        /** The storage location cannot be used now, or too many do. */
        UNAVAILABLE
    }

    private final Kind kind;

    RepositoryException(Kind kind, String message) {
        this(kind, message, null);
    }

    RepositoryException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind is null");
    }

    public Kind kind() {
        return kind;
    }

    static RepositoryException notFound(RepositoryPath path) {
        return new RepositoryException(Kind.NOT_FOUND, "File or folder [" + path + "] does not exist: not found");
    }

    static RepositoryException alreadyExists(RepositoryPath path) {
        return new RepositoryException(Kind.ALREADY_EXISTS, "[" + path + "] already exists");
    }
}
