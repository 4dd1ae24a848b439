package org.steadfast.foundation.property;

import java.util.Objects;

/** A property that cannot be read or written as asked. The message names the property and the thing. */
public final class PropertyException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong, as far as an answer needs to know. */
    public enum Kind {
        INVALID,
        NOT_FOUND,
        NOT_ALLOWED
    }

    private final Kind kind;

    public PropertyException(Kind kind, String message) {
        this(kind, message, null);
    }

    public PropertyException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind is null");
    }

    public Kind kind() {
        return kind;
    }
}
