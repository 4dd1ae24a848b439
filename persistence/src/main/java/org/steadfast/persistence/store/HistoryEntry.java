package org.steadfast.persistence.store;

import java.util.Objects;

/**
 * What a property was at a time.
 *
 * @param id its number; of two entries of one time the one that was written later has the greater one
 * @param time epoch milliseconds
 * @param value the typed value in the device protocol's bytes
 * @param quality such as {@code GOOD}
 */
public record HistoryEntry(long id, String property, long time, byte[] value, String quality) {
    public HistoryEntry {
        Objects.requireNonNull(property, "property is null");
        Objects.requireNonNull(value, "value is null");
        Objects.requireNonNull(quality, "quality is null");
    }
}
