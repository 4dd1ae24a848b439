package org.steadfast.foundation.ingestion;

/**
 * An update that was not acknowledged. Where the outcome is not known, it may take effect nevertheless. Without a stack trace:
 * thousands may come at once, and the place tells nothing.
 */
public final class IngestionException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean outcomeKnown;

    /** @param outcomeKnown whether it is certain that nothing was written */
    public IngestionException(String message, boolean outcomeKnown) {
        super(message, null, false, false);
        this.outcomeKnown = outcomeKnown;
    }

    public boolean outcomeKnown() {
        return outcomeKnown;
    }
}
