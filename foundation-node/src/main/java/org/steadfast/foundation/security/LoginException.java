package org.steadfast.foundation.security;

import java.util.Objects;

/** A login that did not succeed. The message never tells whether the user exists, and holds no secret. */
public final class LoginException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong, as far as an answer needs to know. */
    public enum Kind {
        /** Nobody is recognised. */
        REFUSED,
        /** It cannot be found out now. */
        UNAVAILABLE,
        /** Too many others log in. */
        BUSY
    }

    private final Kind kind;

    LoginException(Kind kind, String message) {
        this(kind, message, null);
    }

    LoginException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind is null");
    }

    public Kind kind() {
        return kind;
    }
}
