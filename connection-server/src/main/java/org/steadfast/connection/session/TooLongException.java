package org.steadfast.connection.session;

/** A device sends a message that is longer than it may be. */
final class TooLongException extends Exception {
    private static final long serialVersionUID = 1L;

    TooLongException(String message) {
        super(message);
    }
}
