package org.steadfast.foundation.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.steadfast.foundation.model.BuiltIns;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.ModelException;
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
    /** By user; filled by requests, emptied by {@link #forget}; Caffeine guards it. */
    private final Cache<String, Set<Party>> known =
            Caffeine.newBuilder().maximumSize(MOST_USERS).build();
    /** Counts what was forgotten: what was read before is not to be kept after. */
    private final AtomicLong changes = new AtomicLong();

    Memberships(MembershipStore store) {
        this.store = store;
    }

    static Party party(EntityRef ref) {
        return new Party(ref.type().collection(), ref.name());
    }

    private static final Party USERS = party(new EntityRef(EntityType.GROUP, BuiltIns.USERS));

    /** A user, and all that it belongs to. */
    public Set<Party> of(String user) throws ModelException {
        Set<Party> kept = known.getIfPresent(user);
        if (kept != null) {
            return kept;
        }
        long before = changes.get();
        Party itself = party(new EntityRef(EntityType.USER, user));
        Set<Party> all = new LinkedHashSet<>(List.of(itself, USERS));
        try {
            all.addAll(store.above(List.copyOf(all)));
        } catch (StoreException e) {
            throw Accounts.unavailable(e);
        }
        Set<Party> found = Set.copyOf(all);
        known.put(user, found);
        // Looked at after it was put, as forget counts before it empties: one of them removes it.
        if (changes.get() != before) {
            known.invalidate(user);
        }
        return found;
    }

    /** Like {@link #of}, without waiting for the database; empty where that would be needed. */
    Optional<Set<Party>> inMemory(String user) {
        return Optional.ofNullable(known.getIfPresent(user));
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
            throw Accounts.unavailable(e);
        }
    }

    /** Ends a membership; every node should hear of it. */
    public void remove(EntityRef owner, EntityRef member) throws ModelException {
        try {
            store.remove(party(owner), party(member));
        } catch (StoreException e) {
            throw Accounts.unavailable(e);
        }
    }

    void forget() {
        changes.incrementAndGet();
        known.invalidateAll();
    }
}
