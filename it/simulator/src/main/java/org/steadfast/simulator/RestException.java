package org.steadfast.simulator;

/** A foundation node answered an error, or not at all. */
final class RestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    RestException(int status, String message) {
        super(message);
        this.status = status;
    }

    RestException(String message, Throwable cause) {
        super(message, cause);
        this.status = 0;
    }

    /** The HTTP status, 0 where there was no answer. */
    int status() {
        return status;
    }

    boolean isNotConnected() {
        return status == 0 || status == 401;
    }
}
