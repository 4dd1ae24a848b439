package org.steadfast.foundation.sharedstate;

/**
 * This node cannot tell the truth about current values now; it will again by itself. Without a stack trace: thousands may come at
 * once, and the place tells nothing.
 */
public final class StateUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StateUnavailableException(String message) {
        super(message, null, false, false);
    }
}
