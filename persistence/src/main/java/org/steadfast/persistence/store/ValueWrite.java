package org.steadfast.persistence.store;

import java.util.Objects;
import java.util.Optional;

/**
 * A value to be written.
 *
 * @param value the typed value in the device protocol's bytes
 * @param time when the value was true, epoch milliseconds
 * @param epoch of the binding that the update came through; 0 where it came from elsewhere and is ordered by arrival
 * @param sequence within the epoch; an update that is not greater than the last one of its key changes nothing
 * @param follow empty where nobody wants to hear of the change
 */
public record ValueWrite(
        PropertyKey key, byte[] value, long time, String quality, long epoch, long sequence, Optional<Follow> follow) {
    public ValueWrite {
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(value, "value is null");
        Objects.requireNonNull(quality, "quality is null");
        Objects.requireNonNull(follow, "follow is null");
    }

    /** A write whose changes nobody follows. */
    public ValueWrite(PropertyKey key, byte[] value, long time, String quality, long epoch, long sequence) {
        this(key, value, time, quality, epoch, sequence, Optional.empty());
    }

    /** True where only arrival orders this write. */
    public boolean isDirect() {
        return epoch == 0;
    }
}
