package org.steadfast.foundation.exchange;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.security.ApplicationKeys;
import org.steadfast.foundation.security.OrganizationTree;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.security.PrincipalType;
import org.steadfast.foundation.security.Security;
import org.steadfast.persistence.store.MembershipStore.Party;
import org.steadfast.persistence.store.OrganizationUnitStore.Unit;
import org.steadfast.persistence.store.PermissionStore.Permission;
import org.steadfast.persistence.store.StoreException;

/**
 * Gives imported groups, organizations and application keys their members, units and keys, once their entities are stored. What cannot be done is
 * found out before that. Members and units are only added. Where it ends half way it can be done again. Safe for use by several threads.
 */
final class ImportedFellowships {
    /** A plain hash of a key is kept, so a short one could be found out from it. */
    private static final int SHORTEST_KEY = 32;

    private final Model model;
    private final Security security;

    ImportedFellowships(Model model, Security security) {
        this.model = model;
        this.security = security;
    }

    /**
     * Looks at what an entity brings, before anything is stored.
     *
     * @param keys of the same import, by what they are; the entity's own is added
     * @throws ModelException {@link ModelException.Kind#INVALID} naming what cannot be done
     */
    void check(ImportedEntity entity, Map<String, String> keys) throws ModelException {
        String name = entity.ref().name();
        if (!entity.fellowship().units().isEmpty()) {
            security.organizations().checkAll(name, entity.fellowship().units());
        }
        Optional<String> key = entity.fellowship().key().filter(ImportedFellowships::isTaken);
        if (key.isEmpty()) {
            return;
        }
        String other = keys.putIfAbsent(key.get(), name);
        if (other == null) {
            other = nameOf(key.get());
        }
        if (!other.isEmpty() && !other.equals(name)) {
            throw new ModelException(
                    ModelException.Kind.ALREADY_EXISTS,
                    "attribute keyId: the key of ApplicationKeys/" + name + " is that of ApplicationKeys/" + other
                            + " already");
        }
    }

    private String nameOf(String key) throws ModelException {
        try {
            return security.keys().nameOf(key).orElse("");
        } catch (StoreException e) {
            throw unavailable("application keys cannot be looked up now", e);
        }
    }

    private static ModelException unavailable(String what, StoreException e) {
        return new ModelException(ModelException.Kind.UNAVAILABLE, what, e);
    }

    private static boolean isTaken(String key) {
        return key.length() >= SHORTEST_KEY && key.length() <= ApplicationKeys.LONGEST_KEY;
    }

    /** @return completes with whether every live node has heard of it */
    CompletableFuture<Boolean> store(ImportBundle bundle, Principal principal, ImportNotes notes)
            throws ModelException {
        CompletableFuture<Boolean> seen = CompletableFuture.completedFuture(true);
        for (ImportedEntity each : bundle.imported()) {
            if (!each.fellowship().equals(Fellowship.NONE)) {
                try {
                    seen = both(seen, store(each.ref(), each.fellowship(), principal, notes));
                } finally {
                    // Also of what was done before something failed: nodes keep who belongs to what.
                    seen = both(seen, model.announceChange(each.ref()));
                }
            }
        }
        for (Map.Entry<EntityRef, Set<Permission>> each : bundle.toUnits().entrySet()) {
            List<Permission> permissions = List.copyOf(each.getValue());
            seen = both(seen, security.authority().put(each.getKey(), permissions));
            security.audit().permissionsAdded(principal, each.getKey(), permissions);
        }
        return seen;
    }

    private static CompletableFuture<Boolean> both(CompletableFuture<Boolean> one, CompletableFuture<Boolean> other) {
        return one.thenCombine(other, (first, second) -> first && second);
    }

    private CompletableFuture<Boolean> store(
            EntityRef ref, Fellowship fellowship, Principal principal, ImportNotes notes) throws ModelException {
        CompletableFuture<Boolean> seen = CompletableFuture.completedFuture(true);
        if (!fellowship.units().isEmpty()) {
            seen = addUnits(ref, fellowship.units(), principal);
        }
        Map<String, Set<Party>> present = new HashMap<>();
        for (Fellowship.Member member : fellowship.members()) {
            Set<Party> members = present.get(member.unit());
            if (members == null) {
                members = new HashSet<>(security.memberships().members(ref, member.unit()));
                present.put(member.unit(), members);
            }
            add(ref, member, members, principal, notes);
        }
        if (fellowship.key().isPresent()) {
            put(ref, fellowship.key().get(), principal, notes);
        }
        return seen;
    }

    private CompletableFuture<Boolean> addUnits(EntityRef organization, List<Unit> units, Principal principal)
            throws ModelException {
        List<Unit> missing = new ArrayList<>(units);
        OrganizationTree tree = security.organizations().tree(organization.name());
        missing.removeIf(unit -> tree.contains(unit.name()));
        CompletableFuture<Boolean> seen = security.organizations().addAll(organization.name(), units);
        missing.forEach(unit -> security.audit().record(principal, "UnitAdd", organization, unit.name()));
        return seen;
    }

    private void add(
            EntityRef owner, Fellowship.Member member, Set<Party> present, Principal principal, ImportNotes notes)
            throws ModelException {
        PrincipalType type = member.ref().type() == EntityType.USER ? PrincipalType.USER : PrincipalType.GROUP;
        Party party = type.party(member.ref().name());
        if (present.contains(party)) {
            return;
        }
        if (!security.principals().exists(party)) {
            notes.ignored("the member " + member.ref() + " of " + owner + ", who does not exist here");
            return;
        }
        security.memberships().add(owner, member.unit(), member.ref());
        present.add(party);
        security.audit()
                .record(
                        principal,
                        "MemberAdd",
                        owner,
                        member.ref() + (member.unit().isEmpty() ? "" : " in unit " + member.unit()));
    }

    private void put(EntityRef ref, String key, Principal principal, ImportNotes notes) throws ModelException {
        if (!isTaken(key)) {
            notes.ignored(
                    "the key of " + ref + ", which is shorter than " + SHORTEST_KEY + " characters or longer than "
                            + ApplicationKeys.LONGEST_KEY + "; CreateApplicationKey makes another one");
            return;
        }
        try {
            // Whose it is says the entity.
            security.keys().put(ref.name(), key, new Principal("", true));
        } catch (StoreException e) {
            throw unavailable(
                    "the entities are imported, but the key of " + ref + " could not be kept; import them again", e);
        }
        security.audit().record(principal, "KeyCreate", ref, "by an import");
    }
}
