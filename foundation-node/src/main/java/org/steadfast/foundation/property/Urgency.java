package org.steadfast.foundation.property;

/** What becomes of a write while many events wait for their subscriptions. */
public enum Urgency {
    /** It is refused beyond the bound. */
    USUAL,
    /**
     * A subscription makes it: it is refused beyond twice the bound. Otherwise a node full of events whose subscriptions write would
     * never get rid of one.
     */
    OF_SUBSCRIPTION
}
