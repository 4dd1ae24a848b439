package org.steadfast.persistence.store;

import java.util.Objects;
import java.util.Optional;

/**
 * What held of a property before a batch, read under the lock of the row that the batch writes.
 *
 * @param value empty where there was none
 * @param epoch of the last update of a device
 * @param sequence of the last update of a device, within the epoch
 */
public record Before(Optional<Old> value, long epoch, long sequence) {
    /** Nothing held. */
    public static final Before NOTHING = new Before(Optional.empty(), 0, 0);

    public Before {
        Objects.requireNonNull(value, "value is null");
    }

    /**
     * A value of before.
     *
     * @param value the typed value in the device protocol's bytes
     * @param time when it was true, epoch milliseconds
     */
    public record Old(byte[] value, long time, String quality) {}
}
