package org.steadfast.persistence.store;

/** What can become of an alert. */
public enum AlertEvent {
    RAISED,
    RESET,
    ACKNOWLEDGED
}
