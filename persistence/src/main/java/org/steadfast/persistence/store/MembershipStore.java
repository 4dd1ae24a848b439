package org.steadfast.persistence.store;

import java.util.Collection;
import java.util.List;
import java.util.Objects;

/** Who is a member of which group or organization. Safe for use by several threads. */
public interface MembershipStore {
    /** Makes somebody a member. Nothing happens where they are one. */
    void add(Party owner, Party member) throws StoreException;

    /** Nothing happens where they are no member. */
    void remove(Party owner, Party member) throws StoreException;

    /** The direct members of a group or an organization, in the order of their names. */
    List<Party> members(Party owner) throws StoreException;

    /** Everything that any of these is a member of, directly or through others, without these themselves unless by a circle. */
    List<Party> above(Collection<Party> members) throws StoreException;

    /**
     * A user, a group or an organization.
     *
     * @param collection such as {@code Users}
     */
    record Party(String collection, String name) {
        public Party {
            Objects.requireNonNull(collection, "collection is null");
            Objects.requireNonNull(name, "name is null");
        }
    }
}
