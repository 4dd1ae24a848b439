package org.steadfast.foundation.exchange;

import java.util.List;
import java.util.Optional;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.persistence.store.OrganizationUnitStore.Unit;

/**
 * What a document says of a group, an organization or an application key that its entity does not hold.
 *
 * @param units of an organization, each after the one that it is under
 * @param members of a group, an organization or its units
 * @param key by which an application key is known; a secret, and in no document that this platform has written
 */
record Fellowship(List<Unit> units, List<Member> members, Optional<String> key) {
    static final Fellowship NONE = new Fellowship(List.of(), List.of(), Optional.empty());

    Fellowship {
        units = List.copyOf(units);
        members = List.copyOf(members);
    }

    /** @param unit of an organization that the member belongs to; empty for the group or organization itself */
    record Member(String unit, EntityRef ref) {}

    /** What a log may hold of it. */
    @Override
    public String toString() {
        return units.size() + " units, " + members.size() + " members" + (key.isPresent() ? ", a key" : "");
    }
}
