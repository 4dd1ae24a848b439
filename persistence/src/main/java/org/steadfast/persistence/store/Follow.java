package org.steadfast.persistence.store;

import java.util.Objects;

/**
 * That somebody wants to hear of the changes which a write makes.
 *
 * @param thing the name of the thing that is written
 * @param durable whether they are to be heard also if the writing node is lost
 */
public record Follow(String thing, boolean durable) {
    public Follow {
        Objects.requireNonNull(thing, "thing is null");
    }
}
