package org.steadfast.foundation.security;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.steadfast.foundation.model.BuiltIns;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Recent;
import org.steadfast.persistence.store.MembershipStore;
import org.steadfast.persistence.store.MembershipStore.Party;
import org.steadfast.persistence.store.StoreException;

/**
 * The groups, organizations and units that users belong to, directly or through others. Every user is in the group Users. Safe for use
 * by several threads.
 */
public final class Memberships {
    /** Counted in what users belong to: of the usual few each, many thousands of users. */
    private static final int MOST_KEPT = 500_000;
    /** What a user takes besides. */
    private static final int PER_USER = 40;

    private final MembershipStore store;
    private final Model model;
    /** By user; filled by requests, emptied by {@link #forget}; guards itself. */
    private final Recent<String, Set<Party>> known =
            new Recent<>(MOST_KEPT, (String user, Set<Party> all) -> PER_USER + all.size(), System::nanoTime);

    Memberships(MembershipStore store, Model model) {
        this.store = store;
        this.model = model;
    }

    static Party party(EntityRef ref) {
        return new Party(ref.type().collection(), ref.name());
    }

    private static final Party USERS = party(new EntityRef(EntityType.GROUP, BuiltIns.USERS));

    /** A user, and all that it belongs to. */
    public Set<Party> of(String user) throws ModelException {
        try {
            return known.get(user, () -> above(user));
        } catch (StoreException e) {
            throw Accounts.unavailable(e);
        }
    }

    private Set<Party> above(String user) throws StoreException {
        Party itself = party(new EntityRef(EntityType.USER, user));
        Set<Party> all = new LinkedHashSet<>(List.of(itself, USERS));
        all.addAll(store.above(List.copyOf(all)));
        return Set.copyOf(all);
    }

    /** The organizations and units that a user has joined, directly or with a group; asks the database each time. */
    List<Party> joined(String user) throws ModelException {
        try {
            return store.joined(List.of(party(new EntityRef(EntityType.USER, user)), USERS)).stream()
                    .filter(party -> !party.collection().equals(EntityType.GROUP.collection()))
                    .toList();
        } catch (StoreException e) {
            throw Accounts.unavailable(e);
        }
    }

    /** A group, and all that it belongs to; asks the database each time. */
    Set<Party> ofGroup(Party group) throws ModelException {
        try {
            Set<Party> all = new LinkedHashSet<>(List.of(group));
            all.addAll(store.above(List.of(group)));
            return Set.copyOf(all);
        } catch (StoreException e) {
            throw Accounts.unavailable(e);
        }
    }

    /** Like {@link #of}, without waiting for the database; empty where that would be needed. */
    Optional<Set<Party>> inMemory(String user) {
        return known.inMemory(user);
    }

    /**
     * The direct members of a group, an organization or a unit.
     *
     * @param unit of the organization; empty where members of the group or the organization itself are meant
     */
    public List<Party> members(EntityRef owner, String unit) throws ModelException {
        try {
            return store.members(party(owner, unit));
        } catch (StoreException e) {
            throw Accounts.unavailable(e);
        }
    }

    private static Party party(EntityRef owner, String unit) {
        return unit.isEmpty() ? party(owner) : Party.ofUnit(owner.name(), unit);
    }

    /** Makes somebody a member; every node should hear of it. See {@link #members}. */
    public void add(EntityRef owner, String unit, EntityRef member) throws ModelException {
        try {
            store.add(party(owner, unit), party(member));
        } catch (StoreException e) {
            model.announceUnknown(owner, e);
            throw Accounts.unavailable(e);
        }
    }

    /** Ends a membership; every node should hear of it. */
    public void remove(EntityRef owner, String unit, EntityRef member) throws ModelException {
        try {
            store.remove(party(owner, unit), party(member));
        } catch (StoreException e) {
            model.announceUnknown(owner, e);
            throw Accounts.unavailable(e);
        }
    }

    void forget() {
        known.forgetAll();
    }
}
