package org.steadfast.persistence.store;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.steadfast.persistence.store.MembershipStore.Party;

/** What is allowed and denied, and to whom. Safe for use by several threads. */
public interface PermissionStore {
    /** The collection's name stands for all of it. */
    String ALL = "*";

    /** All permissions of an entity, or of a collection, those of its instances included. */
    List<Permission> find(String collection, String name) throws StoreException;

    /**
     * Replaces the permissions of an entity that are of certain types.
     *
     * @param instance whether those that hold for what comes from the entity are meant
     */
    void replace(
            String collection,
            String name,
            boolean instance,
            Collection<String> types,
            Collection<Permission> permissions)
            throws StoreException;

    /** Adds permissions to an entity; one for the same principal, type and resource takes the place of the earlier one. */
    void put(String collection, String name, Collection<Permission> permissions) throws StoreException;

    /** Removes a permission, whether it allowed or denied. */
    void remove(String collection, String name, Permission permission) throws StoreException;

    /** Where any of these principals is allowed something of a type. */
    List<Grant> grants(String type, Collection<Party> principals) throws StoreException;

    /**
     * One permission.
     *
     * @param instance whether it holds for what comes from the entity, and not for the entity itself
     * @param type such as {@code PropertyRead}
     * @param resource the name of a member, or {@code *}
     * @param permitted false where it denies
     */
    record Permission(boolean instance, String type, String resource, Party principal, boolean permitted) {
        public Permission {
            Objects.requireNonNull(type, "type is null");
            Objects.requireNonNull(resource, "resource is null");
            Objects.requireNonNull(principal, "principal is null");
        }
    }

    /** Where something is allowed. */
    record Grant(String collection, String name, boolean instance) {}
}
