package org.steadfast.foundation.security;

/** Somebody has sent more than is taken. The message names the setting. */
public final class RateLimitException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int retryAfterSeconds;

    RateLimitException(String message, int retryAfterSeconds) {
        super(message);
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** When there is room for one more, if nothing else comes; at least 1. */
    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
