package org.steadfast.foundation.security;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Members;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.SubscriptionDefinition;
import org.steadfast.persistence.store.EntityListing;
import org.steadfast.persistence.store.EntitySummary;
import org.steadfast.persistence.store.MembershipStore.Party;
import org.steadfast.persistence.store.PermissionStore;
import org.steadfast.persistence.store.PermissionStore.Permission;

/**
 * The model as somebody may see and change it: the one door for users' reading, making, changing and deleting of entities. What
 * somebody may not see is not there for them. Safe for use by several threads.
 */
public final class AuthorizedModel {
    private final Model model;
    private final Authority authority;
    private final Memberships memberships;
    private final AuditLog audit;

    AuthorizedModel(Model model, Authority authority, Memberships memberships, AuditLog audit) {
        this.model = model;
        this.authority = authority;
        this.memberships = memberships;
        this.audit = audit;
    }

    /** An entity as its author defined it. */
    public Entity require(Principal principal, EntityRef ref) throws ModelException {
        Entity entity = model.require(ref);
        authority.of(principal, ref).requireVisible().require(Right.READ);
        return entity;
    }

    /** An entity of which somebody wants to know what it can do. */
    public Entity requireMetadata(Principal principal, EntityRef ref) throws ModelException {
        Entity entity = model.require(ref);
        Rights rights = authority.of(principal, ref).requireVisible();
        if (!rights.allows(Right.READ)) {
            rights.require(Right.METADATA);
        }
        return entity;
    }

    /** Entities in the order of their names; see {@link Model#list}. */
    public List<EntitySummary> list(Principal principal, EntityListing listing) throws ModelException {
        Optional<EntityListing.Visibility> visibility = authority.visibility(principal);
        return model.list(visibility.isEmpty() ? listing : listing.visibleTo(visibility.get()));
    }

    /** Whether somebody may know of an entity. */
    public boolean isVisible(Principal principal, EntityRef ref) throws ModelException {
        return authority.of(principal, ref).isVisible();
    }

    /** Makes an entity. Whoever makes one may change and delete it, and it is visible to the organizations and units that they have joined. */
    public Model.Change create(Principal principal, Entity draft) throws ModelException {
        authority.ofCollection(principal, draft.type()).require(Right.CREATE);
        checkKey(principal, draft);
        Model.Change change = model.create(authored(principal, draft, Members.NONE));
        if (!authority.isAdministrator(principal)) {
            var unused = authority.put(draft.ref(), ofMaker(principal));
        }
        audit.changed(
                principal,
                "EntityCreate",
                change.entity(),
                OptionalLong.empty(),
                OptionalLong.of(change.entity().version()));
        return change;
    }

    private List<Permission> ofMaker(Principal principal) throws ModelException {
        Party itself = Memberships.party(new EntityRef(EntityType.USER, principal.user()));
        List<Permission> permissions = new ArrayList<>();
        for (Right right : List.of(Right.READ, Right.UPDATE, Right.DELETE, Right.METADATA)) {
            permissions.add(new Permission(false, right.title(), PermissionStore.ALL, itself, true));
        }
        for (Party party : memberships.joined(principal.user())) {
            permissions.add(new Permission(false, Right.VISIBILITY.title(), PermissionStore.ALL, party, true));
        }
        return permissions;
    }

    /** Changes an entity; see {@link Model#update}. */
    public Model.Change update(Principal principal, EntityRef ref, Optional<Long> expectedVersion, Model.Edit edit)
            throws ModelException {
        requireRight(principal, ref, Right.UPDATE);
        // Of the last attempt: the one that was made from what the change has replaced.
        AtomicLong before = new AtomicLong();
        Model.Change change = model.update(ref, expectedVersion, present -> {
            Entity changed = edit.apply(present);
            checkKey(principal, changed);
            checkEnabled(principal, present, changed);
            before.set(present.version());
            return authored(principal, changed, present.members());
        });
        audit.changed(
                principal,
                "EntityUpdate",
                change.entity(),
                OptionalLong.of(before.get()),
                OptionalLong.of(change.entity().version()));
        return change;
    }

    /** Deletes an entity. */
    public Model.Change delete(Principal principal, EntityRef ref) throws ModelException {
        requireRight(principal, ref, Right.DELETE);
        Model.Change change = model.delete(ref);
        audit.changed(
                principal,
                "EntityDelete",
                change.entity(),
                OptionalLong.of(change.entity().version()),
                OptionalLong.empty());
        return change;
    }

    private void requireRight(Principal principal, EntityRef ref, Right right) throws ModelException {
        Rights rights = authority.of(principal, ref).requireVisible();
        // Before the right: an entity that is not there is no matter of rights.
        if (!rights.allows(right)) {
            var unused = model.require(ref);
            rights.require(right);
        }
    }

    /**
     * Subscriptions run with the rights of whoever has written them: new ones and changed ones with those of the principal. Only
     * administrators may name another user.
     */
    private Entity authored(Principal principal, Entity entity, Members before) throws ModelException {
        Map<String, SubscriptionDefinition> authored = new LinkedHashMap<>();
        boolean mayName = authority.isAdministrator(principal);
        for (SubscriptionDefinition subscription :
                entity.members().subscriptions().values()) {
            SubscriptionDefinition present = before.subscriptions().get(subscription.name());
            String user = subscription.runAsUser();
            if (present != null
                    && subscription.runningAs("").equals(present.runningAs(""))
                    && (user.isEmpty() || !mayName)) {
                user = present.runAsUser().isEmpty() ? principal.user() : present.runAsUser();
            } else if (user.isEmpty() || !mayName) {
                user = principal.user();
            }
            authored.put(subscription.name(), subscription.runningAs(user));
        }
        return entity.change()
                .members(entity.members().withSubscriptions(authored))
                .build();
    }

    /** Whoever shuts a user out, or lets one in again, may more than change what is told of them. */
    private void checkEnabled(Principal principal, Entity present, Entity changed) throws ModelException {
        if (present.type() == EntityType.USER
                && present.enabled() != changed.enabled()
                && !authority.isAdministrator(principal)) {
            throw new ModelException(
                    ModelException.Kind.NOT_ALLOWED,
                    "field enabled: only administrators may enable or disable the user " + present.name());
        }
    }

    /** Whoever could make a key of somebody else could be somebody else. */
    private void checkKey(Principal principal, Entity entity) throws ModelException {
        if (entity.type() != EntityType.APPLICATION_KEY) {
            return;
        }
        String user = KeyTerms.of(entity).user();
        if (user.equals(Principal.SYSTEM.user())
                || (!user.equals(principal.user()) && !user.isEmpty() && !authority.isAdministrator(principal))) {
            throw new ModelException(
                    ModelException.Kind.NOT_ALLOWED,
                    "field " + KeyTerms.USER + ": an application key of " + user
                            + " can be made by administrators alone, and none of the user System by anybody");
        }
    }
}
