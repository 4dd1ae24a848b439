package org.steadfast.foundation.action;

/** The settings of an action are wrong. The message names the field and says what may stand there. */
public final class InvalidActionException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidActionException(String field, String what) {
        this(field, what, null);
    }

    InvalidActionException(String field, String what, Throwable cause) {
        super(field + ": " + what, cause);
    }
}
