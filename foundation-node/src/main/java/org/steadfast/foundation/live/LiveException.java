package org.steadfast.foundation.live;

import java.util.Objects;

/** A stream that is not opened. */
public final class LiveException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why, as far as an answer needs to know. */
    public enum Kind {
        /** What is asked for is not there. */
        NOT_FOUND,
        NOT_ALLOWED,
        /** More is asked for than one stream may be about. */
        TOO_LARGE,
        /** The user has as many streams as a user may have. */
        TOO_MANY_OF_USER,
        /** This node has as many streams as it takes, or takes none any more; others may. */
        UNAVAILABLE
    }

    private final Kind kind;

    LiveException(Kind kind, String message) {
        super(message);
        this.kind = Objects.requireNonNull(kind, "kind is null");
    }

    public Kind kind() {
        return kind;
    }
}
