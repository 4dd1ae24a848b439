package org.steadfast.persistence.store;

import java.util.Objects;

/**
 * What has become of an alert once.
 *
 * @param at epoch milliseconds
 * @param value what the property had, in the device protocol's bytes
 * @param actor who did it; empty where it was the property's value
 */
public record AlertRecord(long id, AlertKey key, AlertEvent what, long at, byte[] value, String actor, String message) {
    public AlertRecord {
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(what, "what is null");
        Objects.requireNonNull(value, "value is null");
        Objects.requireNonNull(actor, "actor is null");
        Objects.requireNonNull(message, "message is null");
    }
}
