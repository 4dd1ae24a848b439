package org.steadfast.persistence.store;

import java.util.Objects;

/**
 * Where an alert stands.
 *
 * @param since when it was raised or reset last, epoch milliseconds
 * @param value what the property had then, in the device protocol's bytes
 * @param acknowledgedAt epoch milliseconds; 0 where nobody has
 */
public record AlertState(
        AlertKey key,
        boolean active,
        long since,
        byte[] value,
        boolean acknowledged,
        String acknowledgedBy,
        long acknowledgedAt,
        String message) {
    public AlertState {
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(value, "value is null");
        Objects.requireNonNull(acknowledgedBy, "acknowledgedBy is null");
        Objects.requireNonNull(message, "message is null");
    }
}
