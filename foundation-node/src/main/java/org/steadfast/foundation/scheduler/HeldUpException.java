package org.steadfast.foundation.scheduler;

/** Nothing may be fired now, though there is nothing wrong with the database. */
final class HeldUpException extends Exception {
    private static final long serialVersionUID = 1L;

    HeldUpException(String message) {
        super(message);
    }
}
