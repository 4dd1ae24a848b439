package org.steadfast.persistence.store;

import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * One entity of a bundle: of entities that are written all together or not at all.
 *
 * @param expectedVersion the version that the change was made from; {@link #NEW} where the entity must not be there yet
 * @param dropped properties that the definition had before and has no more
 */
public record BundledWrite(EntityWrite entity, long expectedVersion, Collection<String> dropped) {
    /** Stands in the place of the version of an entity that is made. */
    public static final long NEW = 0;

    public BundledWrite {
        Objects.requireNonNull(entity, "entity is null");
        dropped = List.copyOf(dropped);
    }
}
