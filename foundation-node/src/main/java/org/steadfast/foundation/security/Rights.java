package org.steadfast.foundation.security;

import java.util.List;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.persistence.store.PermissionStore;
import org.steadfast.persistence.store.PermissionStore.Permission;

/**
 * What somebody may do with one entity. The levels are asked in their order, and the first one that says anything decides: within a
 * level what is said of the member by name stands before what is said of all members, and there a denial before a permission. Where
 * no level says anything, it is denied. Immutable.
 */
public final class Rights {
    private final EntityRef ref;
    private final boolean everything;
    /** Of the entity itself, of what it comes from, of its collection; only what is about this principal. */
    private final List<List<Permission>> levels;

    private Rights(EntityRef ref, boolean everything, List<List<Permission>> levels) {
        this.ref = ref;
        this.everything = everything;
        this.levels = levels;
    }

    static Rights all(EntityRef ref) {
        return new Rights(ref, true, List.of());
    }

    static Rights of(EntityRef ref, List<List<Permission>> levels) {
        return new Rights(ref, false, List.copyOf(levels));
    }

    /** Whether nothing needs to be asked. */
    boolean allowsEverything() {
        return everything;
    }

    /** Whether the entity may be known at all: any level that says so is enough. */
    public boolean isVisible() {
        return everything
                || levels.stream()
                        .flatMap(List::stream)
                        .anyMatch(permission ->
                                permission.type().equals(Right.VISIBILITY.title()) && permission.permitted());
    }

    /** @param member name of a property, service or event; {@code *} where it is about the entity */
    public boolean allows(Right right, String member) {
        if (everything) {
            return true;
        }
        for (List<Permission> level : levels) {
            boolean ofMember = false;
            boolean memberDenied = false;
            boolean ofAll = false;
            boolean allDenied = false;
            for (Permission permission : level) {
                if (!permission.type().equals(right.title())) {
                    continue;
                }
                if (permission.resource().equals(PermissionStore.ALL)) {
                    ofAll = true;
                    allDenied |= !permission.permitted();
                } else if (permission.resource().equals(member)) {
                    ofMember = true;
                    memberDenied |= !permission.permitted();
                }
            }
            if (ofMember) {
                return !memberDenied;
            }
            if (ofAll) {
                return !allDenied;
            }
        }
        return false;
    }

    public boolean allows(Right right) {
        return allows(right, PermissionStore.ALL);
    }

    /** Whether a right to at least one member is there, or to all of them. */
    public boolean allowsAny(Right right) {
        return allows(right)
                || levels.stream()
                        .flatMap(List::stream)
                        .anyMatch(permission ->
                                permission.type().equals(right.title()) && allows(right, permission.resource()));
    }

    /** @throws ModelException as for an entity that is not there */
    public Rights requireVisible() throws ModelException {
        if (!isVisible()) {
            throw ModelException.notFound(ref);
        }
        return this;
    }

    /** @throws ModelException {@link ModelException.Kind#NOT_ALLOWED} */
    public void require(Right right, String member) throws ModelException {
        if (!allows(right, member)) {
            throw new ModelException(
                    ModelException.Kind.NOT_ALLOWED,
                    "Not authorized for " + right.title() + " on " + member + " in " + ref.name());
        }
    }

    /** @throws ModelException {@link ModelException.Kind#NOT_ALLOWED} */
    public void require(Right right) throws ModelException {
        if (!allows(right)) {
            throw new ModelException(
                    ModelException.Kind.NOT_ALLOWED,
                    "Not authorized for " + right.title() + " on "
                            + (ref.name().equals(PermissionStore.ALL)
                                    ? ref.type().collection()
                                    : ref.name()));
        }
    }
}
