package org.steadfast.foundation.security;

import java.util.ArrayList;
import java.util.List;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.persistence.store.PermissionStore.Permission;

/**
 * One of the sets of permissions that an entity has.
 *
 * @param instance whether it holds for what comes from the entity, and not for the entity itself
 */
public record PermissionSet(Right.Kind kind, boolean instance) {

    /** All that entities of a type have. */
    public static List<PermissionSet> of(EntityType type) {
        boolean hasInstances = type == EntityType.THING_TEMPLATE || type == EntityType.THING_SHAPE;
        List<PermissionSet> sets = new ArrayList<>();
        for (Right.Kind kind : Right.Kind.values()) {
            sets.add(new PermissionSet(kind, false));
        }
        for (Right.Kind kind : hasInstances ? Right.Kind.values() : new Right.Kind[0]) {
            sets.add(new PermissionSet(kind, true));
        }
        return sets;
    }

    /** As the names of services and elements have it, such as {@code InstanceRunTime}. */
    public String title() {
        String title = switch (kind) {
            case RUN_TIME -> "RunTime";
            case DESIGN_TIME -> "DesignTime";
            case VISIBILITY -> "Visibility";
        };
        return (instance ? "Instance" : "") + title;
    }

    public boolean contains(Permission permission) {
        return permission.instance() == instance
                && Right.of(kind, permission.type()).isPresent();
    }

    /** A permission in words, for the audit log. */
    public static String told(Permission permission) {
        return permission.type() + " on " + permission.resource() + " for "
                + permission.principal().collection() + "/"
                + permission.principal().name() + (permission.permitted() ? "" : ", denied");
    }
}
