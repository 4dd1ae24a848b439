package org.steadfast.simulator;

import java.util.Objects;
import org.steadfast.protocol.type.Value;

/**
 * A new value of a property, as a device pushes it.
 *
 * @param timeMillis when the value was measured, in milliseconds since 1970-01-01T00:00Z
 * @param quality {@code GOOD}, {@code BAD} or {@code UNKNOWN}
 */
public record PropertyUpdate(String name, Value value, long timeMillis, String quality) {

    public PropertyUpdate {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(value, "value is null");
        Objects.requireNonNull(quality, "quality is null");
    }

    /** A good value measured now. */
    public static PropertyUpdate of(String name, Value value) {
        return new PropertyUpdate(name, value, System.currentTimeMillis(), "GOOD");
    }

    /** A good NUMBER measured now. */
    public static PropertyUpdate of(String name, double number) {
        return of(name, Value.number(number));
    }
}
