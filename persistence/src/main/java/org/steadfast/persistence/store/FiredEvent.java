package org.steadfast.persistence.store;

import java.util.Objects;

/**
 * An event of a thing.
 *
 * @param property that it is about; empty where it is about none
 * @param time when it happened, epoch milliseconds
 * @param data what it brings: an infotable in the device protocol's bytes
 */
public record FiredEvent(long thingId, String thing, String event, String property, long time, byte[] data) {
    public FiredEvent {
        Objects.requireNonNull(thing, "thing is null");
        Objects.requireNonNull(event, "event is null");
        Objects.requireNonNull(property, "property is null");
        Objects.requireNonNull(data, "data is null");
    }
}
