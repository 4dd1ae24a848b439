package org.steadfast.persistence.store;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Who is a member of which group or organization. Safe for use by several threads. */
public interface MembershipStore {
    /** Makes somebody a member. Nothing happens where they are one. */
    void add(Party owner, Party member) throws StoreException;

    /** Nothing happens where they are no member. */
    void remove(Party owner, Party member) throws StoreException;

    /** The direct members of a group or an organization, in the order of their names. */
    List<Party> members(Party owner) throws StoreException;

    /**
     * Everything that any of these belongs to, directly or through others, without these themselves unless by a circle: what they are
     * members of, the units under those units, and the organizations of units.
     */
    List<Party> above(Collection<Party> members) throws StoreException;

    /** The same without what follows from the places of units: only what they, or groups that they belong to, have joined. */
    List<Party> joined(Collection<Party> members) throws StoreException;

    /**
     * A user, a group, an organization or a unit of one.
     *
     * @param collection such as {@code Users}
     */
    record Party(String collection, String name) {
        /** Where units stand. */
        public static final String UNITS = "OrganizationalUnits";

        private static final char SEPARATOR = ':';

        public Party {
            Objects.requireNonNull(collection, "collection is null");
            Objects.requireNonNull(name, "name is null");
        }

        /** @param unit its name, which has no colon */
        public static Party ofUnit(String organization, String unit) {
            return new Party(UNITS, organization + SEPARATOR + unit);
        }

        /** The organization that a unit is of; empty of all that is no unit. */
        public Optional<String> organization() {
            return unitFrom().map(colon -> name.substring(0, colon));
        }

        /** The unit within its organization; empty of all that is no unit. */
        public Optional<String> unit() {
            return unitFrom().map(colon -> name.substring(colon + 1));
        }

        /** Names of organizations may have colons. */
        private Optional<Integer> unitFrom() {
            int colon = name.lastIndexOf(SEPARATOR);
            return collection.equals(UNITS) && colon >= 0 ? Optional.of(colon) : Optional.empty();
        }
    }
}
