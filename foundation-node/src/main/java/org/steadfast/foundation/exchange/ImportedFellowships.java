package org.steadfast.foundation.exchange;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.security.OrganizationTree;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.security.PrincipalType;
import org.steadfast.foundation.security.Security;
import org.steadfast.persistence.store.MembershipStore.Party;
import org.steadfast.persistence.store.OrganizationUnitStore.Unit;
import org.steadfast.persistence.store.PermissionStore.Permission;
import org.steadfast.persistence.store.StoreException;

/**
 * Gives imported groups, organizations and application keys their members, units and keys, once their entities are stored. Members and units
 * are only added. Where it ends half way it can be done again. Safe for use by several threads.
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

    /** @return completes with whether every live node has heard of it */
    CompletableFuture<Boolean> store(ImportBundle bundle, Principal principal, ImportNotes notes)
            throws ModelException {
        CompletableFuture<Boolean> seen = CompletableFuture.completedFuture(true);
        for (ImportedEntity each : bundle.imported()) {
            Fellowship fellowship = each.fellowship();
            for (Unit unit : fellowship.units()) {
                seen = both(seen, add(each.ref(), unit, principal));
            }
            for (Fellowship.Member member : fellowship.members()) {
                add(each.ref(), member, principal, notes);
            }
            if (fellowship.key().isPresent()) {
                put(each.ref(), fellowship.key().get(), principal, notes);
            }
            if (!fellowship.equals(Fellowship.NONE)) {
                seen = both(seen, model.announceChange(each.ref()));
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

    private CompletableFuture<Boolean> add(EntityRef organization, Unit unit, Principal principal)
            throws ModelException {
        OrganizationTree tree = security.organizations().tree(organization.name());
        if (tree.contains(unit.name())) {
            return CompletableFuture.completedFuture(true);
        }
        CompletableFuture<Boolean> added =
                security.organizations().add(organization.name(), unit.name(), unit.parent());
        security.audit().record(principal, "UnitAdd", organization, unit.name());
        return unit.description().isEmpty()
                ? added
                : both(added, security.organizations().describe(organization.name(), unit.name(), unit.description()));
    }

    private void add(EntityRef owner, Fellowship.Member member, Principal principal, ImportNotes notes)
            throws ModelException {
        PrincipalType type = member.ref().type() == EntityType.USER ? PrincipalType.USER : PrincipalType.GROUP;
        Party party = type.party(member.ref().name());
        if (!security.principals().exists(party)) {
            notes.ignored("the member " + member.ref() + " of " + owner + ", who does not exist here");
        } else if (!security.memberships().members(owner, member.unit()).contains(party)) {
            security.memberships().add(owner, member.unit(), member.ref());
            security.audit()
                    .record(
                            principal,
                            "MemberAdd",
                            owner,
                            member.ref() + (member.unit().isEmpty() ? "" : " in unit " + member.unit()));
        }
    }

    private void put(EntityRef ref, String key, Principal principal, ImportNotes notes) throws ModelException {
        if (key.length() < SHORTEST_KEY) {
            notes.ignored("the key of " + ref + ", which is shorter than " + SHORTEST_KEY
                    + " characters; CreateApplicationKey makes another one");
            return;
        }
        try {
            // Whose it is says the entity.
            security.keys().put(ref.name(), key, new Principal("", true));
        } catch (StoreException e) {
            throw new ModelException(
                    ModelException.Kind.UNAVAILABLE,
                    "the entities are imported, but the key of " + ref + " could not be kept; import them again",
                    e);
        }
        security.audit().record(principal, "KeyCreate", ref, "by an import");
    }
}
