package org.steadfast.persistence.store;

import java.util.Comparator;
import java.util.Objects;

/**
 * Names one current value: the thing's number, which is never given to another thing, and the property. The natural order is the
 * one in which rows are locked.
 */
public record PropertyKey(long thingId, String property) implements Comparable<PropertyKey> {
    private static final Comparator<PropertyKey> ORDER =
            Comparator.comparingLong(PropertyKey::thingId).thenComparing(PropertyKey::property);

    public PropertyKey {
        Objects.requireNonNull(property, "property is null");
    }

    @Override
    public int compareTo(PropertyKey other) {
        return ORDER.compare(this, other);
    }
}
