package org.steadfast.foundation.model;

import java.util.List;
import java.util.Objects;
import org.steadfast.persistence.store.PermissionStore.Permission;

/**
 * How one entity of a bundle is to be.
 *
 * @param edit makes it from the entity as it is, or from a draft that has nothing but a name
 * @param check looks at it as it would act
 * @param permissions says what it gets besides the permissions that it has
 */
public record BundledEdit(EntityRef ref, Model.Edit edit, Check check, Permitting permissions) {
    public BundledEdit {
        Objects.requireNonNull(ref, "ref is null");
        Objects.requireNonNull(edit, "edit is null");
        Objects.requireNonNull(check, "check is null");
        Objects.requireNonNull(permissions, "permissions is null");
    }

    /** Says what an entity gets besides the permissions that it has. */
    @FunctionalInterface
    public interface Permitting {
        /** Refuses the entity by an exception. */
        List<Permission> of(Entity entity) throws ModelException;
    }

    /** Looks at an entity before it is stored. */
    @FunctionalInterface
    public interface Check {
        /**
         * Refuses an entity by an exception.
         *
         * @param effective all its members, with those that it inherits, also from others of the bundle
         */
        void of(Entity entity, Members effective) throws ModelException;
    }
}
