package org.steadfast.connection.routing;

/**
 * No foundation node has answered a request as it was to be answered; whether it took effect is not known. Without a stack trace: thousands may come at
 * once, and the place tells nothing.
 */
public final class NoAnswerException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message what was asked, and what came in place of an answer */
    public NoAnswerException(String message) {
        super(message, null, false, false);
    }
}
