package org.steadfast.persistence.store;

import java.util.Objects;

/**
 * What else is to be done with a write than to keep its value.
 *
 * @param thing the name of the thing that is written
 * @param heard whether somebody wants to hear of the change
 * @param durable whether they are to hear of it also if the writing node is lost
 * @param logged whether the value goes into history
 */
public record Follow(String thing, boolean heard, boolean durable, boolean logged) {
    public Follow {
        Objects.requireNonNull(thing, "thing is null");
    }

    /** Somebody wants to hear of the change. */
    public static Follow hearing(String thing, boolean durable) {
        return new Follow(thing, true, durable, false);
    }

    /** Both. */
    public Follow and(Follow other) {
        return new Follow(other.thing, heard || other.heard, durable || other.durable, logged || other.logged);
    }
}
