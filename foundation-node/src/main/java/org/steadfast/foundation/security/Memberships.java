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
 * The groups and organizations that users belong to, directly or through others. Every user is in the group Users. Safe for use by
 * several threads.
 */
public final class Memberships {
    private static final int MOST_USERS = 10_000;

    private final MembershipStore store;
    private final Model model;
    /** By user; filled by requests, emptied by {@link #forget}; guards itself. */
    private final Recent<String, Set<Party>> known = new Recent<>(MOST_USERS);

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

    /** The direct members of a group or an organization. */
    public List<Party> members(EntityRef owner) throws ModelException {
        try {
            return store.members(party(owner));
        } catch (StoreException e) {
            throw Accounts.unavailable(e);
        }
    }

    /** Makes somebody a member; every node should hear of it. */
    public void add(EntityRef owner, EntityRef member) throws ModelException {
        try {
            store.add(party(owner), party(member));
        } catch (StoreException e) {
            model.announceUnknown(owner, e);
            throw Accounts.unavailable(e);
        }
    }

    /** Ends a membership; every node should hear of it. */
    public void remove(EntityRef owner, EntityRef member) throws ModelException {
        try {
            store.remove(party(owner), party(member));
        } catch (StoreException e) {
            model.announceUnknown(owner, e);
            throw Accounts.unavailable(e);
        }
    }

    void forget() {
        known.forgetAll();
    }
}
