package org.steadfast.persistence.store;

import java.util.List;
import java.util.Objects;

/** The units of organizations. Safe for use by several threads. */
public interface OrganizationUnitStore {
    /** All units of an organization, in the order of their names. */
    List<Unit> units(String organization) throws StoreException;

    /**
     * Replaces the units of an organization. Those that are no more lose their members and what was permitted to them.
     *
     * @param before as they were when the change was thought out
     * @return false, and nothing is changed, where they are others by now
     */
    boolean replace(String organization, List<Unit> before, List<Unit> now) throws StoreException;

    /**
     * A part of an organization.
     *
     * @param parent the unit that it is under; empty where it is under none
     */
    record Unit(String name, String parent, String description) {
        public Unit {
            Objects.requireNonNull(name, "name is null");
            Objects.requireNonNull(parent, "parent is null");
            Objects.requireNonNull(description, "description is null");
        }
    }
}
