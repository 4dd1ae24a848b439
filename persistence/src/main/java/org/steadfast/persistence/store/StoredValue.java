package org.steadfast.persistence.store;

import java.util.Arrays;
import java.util.Objects;

/**
 * A current value as a store holds it.
 *
 * @param value the typed value in the device protocol's bytes
 * @param time when the value was true, epoch milliseconds
 * @param quality such as {@code GOOD}
 * @param version drawn by the database under the row's lock: of two values of one key the one with the greater version is the
 *     later one
 */
public record StoredValue(PropertyKey key, byte[] value, long time, String quality, long version) {
    public StoredValue {
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(value, "value is null");
        Objects.requireNonNull(quality, "quality is null");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StoredValue that
                && key.equals(that.key)
                && Arrays.equals(value, that.value)
                && time == that.time
                && quality.equals(that.quality)
                && version == that.version;
    }

    @Override
    public int hashCode() {
        return Objects.hash(key, Arrays.hashCode(value), time, quality, version);
    }

    @Override
    public String toString() {
        return key + " version " + version;
    }
}
