package org.steadfast.persistence.store;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.steadfast.persistence.store.PermissionStore.Permission;

/**
 * One entity of a bundle: of entities that are written all together or not at all.
 *
 * @param expectedVersion the version that the change was made from; {@link #NEW} where the entity must not be there yet
 * @param dropped properties that the definition had before and has no more
 * @param permissions that the entity gets besides those that it has; where it has one for the same principal, type and resource,
 *     that one stays
 * @param principals of the permissions, as far as they are stored: they must be there
 */
public record BundledWrite(
        EntityWrite entity,
        long expectedVersion,
        Collection<String> dropped,
        Collection<Permission> permissions,
        Collection<EntityWrite.Reference> principals) {
    /** Stands in the place of the version of an entity that is made. */
    public static final long NEW = 0;

    public BundledWrite {
        Objects.requireNonNull(entity, "entity is null");
        dropped = List.copyOf(dropped);
        permissions = List.copyOf(permissions);
        principals = List.copyOf(principals);
    }

    /** One that brings no permissions. */
    public BundledWrite(EntityWrite entity, long expectedVersion, Collection<String> dropped) {
        this(entity, expectedVersion, dropped, List.of(), List.of());
    }
}
