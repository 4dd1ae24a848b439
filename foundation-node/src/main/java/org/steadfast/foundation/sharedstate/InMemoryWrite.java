package org.steadfast.foundation.sharedstate;

import java.util.Objects;
import org.steadfast.persistence.store.PropertyKey;

/**
 * A value to be written into shared state alone.
 *
 * @param value the typed value in the device protocol's bytes
 * @param time when the value was true, epoch milliseconds
 * @param epoch of the binding that the update came through; 0 where it came from elsewhere and is ordered by arrival
 * @param sequence within the epoch; an update that is not greater than the last one of its key changes nothing
 */
public record InMemoryWrite(PropertyKey key, byte[] value, long time, String quality, long epoch, long sequence) {
    public InMemoryWrite {
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(value, "value is null");
        Objects.requireNonNull(quality, "quality is null");
    }
}
