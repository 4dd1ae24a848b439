package org.steadfast.persistence.store;

import java.util.Objects;
import java.util.Optional;

/**
 * An entry of history that is to be moved to another store.
 *
 * @param thing the name of its thing; empty where that is no more
 * @param hash of value and quality: tells entries of one time apart, and is the same whenever the same arrives again
 * @param number the value as a finite number; empty where it is none
 */
public record MovingEntry(
        long thingId, Optional<String> thing, HistoryEntry entry, long hash, Optional<Double> number) {
    public MovingEntry {
        Objects.requireNonNull(thing, "thing is null");
        Objects.requireNonNull(entry, "entry is null");
        Objects.requireNonNull(number, "number is null");
    }
}
