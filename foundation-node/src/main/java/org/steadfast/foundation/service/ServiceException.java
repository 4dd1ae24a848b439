package org.steadfast.foundation.service;

import java.util.Objects;

/** A service that could not be done as asked. The message names the service, and the parameter or the cause. */
public final class ServiceException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong, as far as an answer needs to know. */
    public enum Kind {
        /** A parameter is wrong. */
        INVALID,
        /** There is no such service, or nothing of that name. */
        NOT_FOUND,
        /** Whoever asks may not. */
        NOT_ALLOWED,
        /** The reference has such a service, this platform has not. */
        NOT_IMPLEMENTED,
        /** It was begun and failed. */
        FAILED,
        /** It cannot be done now. */
        UNAVAILABLE,
        /** There is no room for it now; nothing of it was begun. */
        NO_ROOM
    }

    private final Kind kind;

    public ServiceException(Kind kind, String message) {
        this(kind, message, null);
    }

    public ServiceException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind is null");
    }

    public Kind kind() {
        return kind;
    }
}
