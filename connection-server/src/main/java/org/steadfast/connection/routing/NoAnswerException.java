package org.steadfast.connection.routing;

/**
 * No foundation node has answered a request; whether it took effect is not known. Without a stack trace: thousands may come at
 * once, and the place tells nothing.
 */
public final class NoAnswerException extends Exception {
    private static final long serialVersionUID = 1L;

    NoAnswerException(String message) {
        super(message, null, false, false);
    }
}
