package org.steadfast.foundation.exchange;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.steadfast.foundation.model.BundledEdit;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.security.PermissionSet;
import org.steadfast.persistence.store.MembershipStore.Party;
import org.steadfast.persistence.store.PermissionStore.Permission;

/**
 * The permissions that a document brings with an entity. Where a principal is not there, what it would be allowed is left out and
 * told; what it would be denied refuses the entity: whoever came to be under that name later could do what the document forbids.
 * Used by one thread.
 */
final class ImportedPermissions implements BundledEdit.Permitting {
    private final List<Permission> permissions;
    private final Known known;
    private final ImportNotes notes;

    /** Says who there is. */
    interface Known {
        /** Whether somebody is here, or is stored with the entity. */
        boolean exists(Party party) throws ModelException;

        /**
         * Whether a unit is made after the entity is stored. Then what is permitted to it is kept until it is there: a unit that is made loses all
         * that was permitted to an earlier one of its name.
         */
        boolean keepsUntilThere(EntityRef entity, Permission permission);
    }

    ImportedPermissions(List<Permission> permissions, Known known, ImportNotes notes) {
        this.permissions = permissions;
        this.known = known;
        this.notes = notes;
    }

    @Override
    public List<Permission> of(Entity entity) throws ModelException {
        Map<Permission, Permission> told = new LinkedHashMap<>();
        for (Permission permission : permissions) {
            Permission before = told.put(allowed(permission), permission);
            if (before != null && before.permitted() != permission.permitted()) {
                throw ModelException.invalid("permissions: " + PermissionSet.told(allowed(permission))
                        + " is there twice, permitted and denied");
            }
        }
        List<Permission> added = new ArrayList<>();
        for (Permission permission : told.values()) {
            if (known.exists(permission.principal())) {
                added.add(permission);
            } else if (permission.permitted() && known.keepsUntilThere(entity.ref(), permission)) {
                continue;
            } else if (permission.permitted()) {
                notes.ignored(
                        "a permission of " + entity.ref() + " for " + name(permission) + ", which does not exist here");
            } else {
                throw ModelException.invalid("permissions: " + permission.type() + " on " + permission.resource()
                        + " is denied to " + name(permission)
                        + ", which does not exist here; make it first, so that the denial holds");
            }
        }
        return added;
    }

    private static Permission allowed(Permission permission) {
        return new Permission(
                permission.instance(), permission.type(), permission.resource(), permission.principal(), true);
    }

    private static String name(Permission permission) {
        return permission.principal().collection() + "/"
                + permission.principal().name();
    }
}
