package org.steadfast.persistence.embedded;

import java.util.Objects;

/**
 * The embedded PostgreSQL could not be started; nothing of it is left running. The message is one line that names the
 * folder, port or process concerned and what to do, and holds no secret.
 */
public final class EmbeddedPostgresException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    EmbeddedPostgresException(Kind kind, String message) {
        this(kind, message, null);
    }

    EmbeddedPostgresException(Kind kind, String message, Throwable cause) {
        super(oneLine(message), cause);
        this.kind = Objects.requireNonNull(kind);
    }

    /** Why the start failed, for callers that choose an exit code or a remedy by it. */
    public enum Kind {
        /** Another launcher that is alive holds the data folder. */
        DATA_FOLDER_IN_USE,
        /** Another process listens on the host and port. */
        PORT_IN_USE,
        /** The data folder was written by another major version of PostgreSQL. */
        WRONG_MAJOR_VERSION,
        /** A folder cannot be written, or cannot be entered by the account that PostgreSQL runs as. */
        NOT_WRITABLE,
        /** We are root, and there is no other account to run PostgreSQL as. */
        NO_UNPRIVILEGED_USER,
        /** Anything else; the message holds the last lines of what PostgreSQL itself said. */
        FAILED
    }

    /**
     * Returns why the start failed.
     *
     * @return never null
     */
    public Kind kind() {
        return kind;
    }

    static String oneLine(String text) {
        return text.strip().replaceAll("\\s*[\\r\\n]+\\s*", " | ");
    }
}
