package org.steadfast.protocol.json;

/** A JSON value that does not fit the base type it is meant for. The message says what was expected. */
public final class InvalidValueException extends Exception {
    private static final long serialVersionUID = 1L;

    public InvalidValueException(String message) {
        super(message);
    }

    public InvalidValueException(String message, Throwable cause) {
        super(message, cause);
    }
}
