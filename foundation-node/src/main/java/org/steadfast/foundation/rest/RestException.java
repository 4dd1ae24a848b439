package org.steadfast.foundation.rest;

/** An answer that is an error: a status, and one line for the client that names the cause and, where it can, the fix. */
final class RestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    RestException(int status, String message) {
        this(status, message, null);
    }

    RestException(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    int status() {
        return status;
    }
}
