package org.steadfast.coordination.chassis;

import java.util.Objects;

/** Why a node cannot start or go on: an exit code, and one line that names the cause and the fix. */
public final class NodeFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    public NodeFailure(ExitCode exitCode, String message) {
        this(exitCode, message, null);
    }

    public NodeFailure(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = Objects.requireNonNull(exitCode, "exitCode is null");
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
