package org.steadfast.foundation.property;

import org.steadfast.protocol.type.Value;

/**
 * A new value for a property.
 *
 * @param time when the value was true, epoch milliseconds
 * @param quality such as {@code GOOD}
 */
public record PropertyUpdate(String property, Value value, long time, String quality) {
    /** Quality of values that nobody doubts. */
    public static final String GOOD = "GOOD";
}
