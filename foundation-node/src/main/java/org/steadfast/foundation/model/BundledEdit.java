package org.steadfast.foundation.model;

import java.util.Objects;

/**
 * How one entity of a bundle is to be.
 *
 * @param edit makes it from the entity as it is, or from a draft that has nothing but a name
 * @param check looks at it as it would act
 */
public record BundledEdit(EntityRef ref, Model.Edit edit, Check check) {
    public BundledEdit {
        Objects.requireNonNull(ref, "ref is null");
        Objects.requireNonNull(edit, "edit is null");
        Objects.requireNonNull(check, "check is null");
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
