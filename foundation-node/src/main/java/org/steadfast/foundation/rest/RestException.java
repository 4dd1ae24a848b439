package org.steadfast.foundation.rest;

/** An answer that is an error: a status, and one line for the client that names the cause and, where it can, the fix. */
final class RestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final int retryAfterSeconds;

    RestException(int status, String message) {
        this(status, message, null);
    }

    RestException(int status, String message, Throwable cause) {
        this(status, message, cause, 1);
    }

    /** @param retryAfterSeconds for 429 and 503: when it is worth to try again */
    RestException(int status, String message, Throwable cause, int retryAfterSeconds) {
        super(message, cause);
        this.status = status;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    int status() {
        return status;
    }

    int retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
