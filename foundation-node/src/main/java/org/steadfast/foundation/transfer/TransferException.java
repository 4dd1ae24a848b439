package org.steadfast.foundation.transfer;

import java.util.Objects;

/** A file could not be copied. The message names the file or the thing. */
public final class TransferException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong, as far as those who read it need to know. */
    public enum Kind {
        /** What was asked for cannot be. */
        INVALID,
        /** There is no such thing or copy. */
        NOT_FOUND,
        /** The device cannot be asked now, or did not answer: what was asked may have had effects. */
        AWAY,
        /** The device or the repository has refused; what was asked has had no effects. */
        REFUSED,
        /** Too much is under way. */
        BUSY,
        /** Anything else. */
        FAILED
    }

    private final Kind kind;

    TransferException(Kind kind, String message) {
        this(kind, message, null);
    }

    TransferException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind is null");
    }

    public Kind kind() {
        return kind;
    }
}
