package org.steadfast.foundation.security;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.steadfast.foundation.model.BuiltIns;
import org.steadfast.foundation.model.EffectiveShape;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Recent;
import org.steadfast.foundation.model.Thing;
import org.steadfast.persistence.store.EntityListing;
import org.steadfast.persistence.store.MembershipStore.Party;
import org.steadfast.persistence.store.PermissionStore;
import org.steadfast.persistence.store.PermissionStore.Grant;
import org.steadfast.persistence.store.PermissionStore.Permission;
import org.steadfast.persistence.store.StoreException;

/**
 * Who may do what. Administrators and the platform itself may do everything; for all others permissions decide, see {@link Rights}.
 * Safe for use by several threads.
 */
public final class Authority {
    private static final int MOST_KEPT = 200_000;
    private static final Party ADMINISTRATORS =
            Memberships.party(new EntityRef(EntityType.GROUP, BuiltIns.ADMINISTRATORS));

    private final Model model;
    private final PermissionStore store;
    private final Memberships memberships;
    /**
     * Permissions of entities and, under the name {@code *}, of collections, also where there are none. Filled by requests, emptied
     * by {@link #forget}; weighed by their number; guards itself.
     */
    private final Recent<EntityRef, List<Permission>> permissions =
            new Recent<>(MOST_KEPT, (EntityRef ref, List<Permission> all) -> 1 + all.size(), System::nanoTime);

    Authority(Model model, PermissionStore store, Memberships memberships) {
        this.model = model;
        this.store = store;
        this.memberships = memberships;
    }

    /** Whether somebody may do everything. */
    public boolean isAdministrator(Principal principal) throws ModelException {
        return principal.user().equals(Principal.SYSTEM.user())
                || memberships.of(principal.user()).contains(ADMINISTRATORS);
    }

    /** @throws ModelException {@link ModelException.Kind#NOT_ALLOWED} for everybody but administrators */
    public void requireAdministrator(Principal principal, String service, String entity) throws ModelException {
        if (!isAdministrator(principal)) {
            throw new ModelException(
                    ModelException.Kind.NOT_ALLOWED,
                    "Not authorized for ServiceInvoke on " + service + " in " + entity
                            + ": only administrators may do that");
        }
    }

    /** What somebody may do with a thing. */
    public Rights of(Principal principal, Thing thing) throws ModelException {
        EntityRef ref = new EntityRef(EntityType.THING, thing.name());
        return isAdministrator(principal)
                ? Rights.all(ref)
                : rights(principal, ref, thing.shape().lineage());
    }

    /** What somebody could do with a thing if it were there: what the templates and shapes say that it would come from, and the collection. */
    public Rights ofNew(Principal principal, String thing, EffectiveShape shape) throws ModelException {
        EntityRef ref = new EntityRef(EntityType.THING, thing);
        return isAdministrator(principal) ? Rights.all(ref) : rights(principal, ref, shape.lineage());
    }

    /** What somebody may do with an entity; one that is not there looks like one that nobody has a right to. */
    public Rights of(Principal principal, EntityRef ref) throws ModelException {
        if (isAdministrator(principal)) {
            return Rights.all(ref);
        }
        Set<EntityRef> lineage = Set.of();
        if (ref.type() == EntityType.THING) {
            Optional<Thing> thing = model.things().find(ref.name());
            if (thing.isPresent()) {
                return of(principal, thing.get());
            }
        }
        return rights(principal, ref, lineage);
    }

    /** What a group may do with an entity, as if it were a user who belongs to it and to nothing else. */
    public Rights ofGroup(Party group, EntityRef ref) throws ModelException {
        Set<Party> parties = memberships.ofGroup(group);
        if (parties.contains(ADMINISTRATORS)) {
            return Rights.all(ref);
        }
        Optional<Thing> thing = ref.type() == EntityType.THING ? model.things().find(ref.name()) : Optional.empty();
        return rights(parties, ref, thing.map(found -> found.shape().lineage()).orElse(Set.of()));
    }

    /** What somebody may do with a whole collection, such as making an entity in it. */
    public Rights ofCollection(Principal principal, EntityType type) throws ModelException {
        EntityRef all = collection(type);
        return isAdministrator(principal)
                ? Rights.all(all)
                : Rights.of(all, List.of(about(memberships.of(principal.user()), permissions(all), false)));
    }

    /** What stands for all entities of a kind. */
    public static EntityRef collection(EntityType type) {
        return new EntityRef(type, PermissionStore.ALL);
    }

    private Rights rights(Principal principal, EntityRef ref, Set<EntityRef> lineage) throws ModelException {
        return rights(memberships.of(principal.user()), ref, lineage);
    }

    private Rights rights(Set<Party> parties, EntityRef ref, Set<EntityRef> lineage) throws ModelException {
        List<Permission> inherited = new ArrayList<>();
        for (EntityRef from : lineage) {
            inherited.addAll(about(parties, permissions(from), true));
        }
        return Rights.of(
                ref,
                List.of(
                        about(parties, permissions(ref), false),
                        inherited,
                        about(parties, permissions(collection(ref.type())), false)));
    }

    private static List<Permission> about(Set<Party> parties, List<Permission> all, boolean instance) {
        if (all.isEmpty()) {
            return all;
        }
        return all.stream()
                .filter(permission -> permission.instance() == instance && parties.contains(permission.principal()))
                .toList();
    }

    /** All permissions of an entity, those of its instances included. */
    public List<Permission> permissions(EntityRef ref) throws ModelException {
        try {
            return permissions.get(ref, () -> List.copyOf(store.find(ref.type().collection(), ref.name())));
        } catch (StoreException e) {
            throw Accounts.unavailable(e);
        }
    }

    /** Whether the rights to a thing can be told without waiting for the database. */
    public boolean isInMemory(Principal principal, Thing thing) {
        if (principal.user().equals(Principal.SYSTEM.user())) {
            return true;
        }
        Optional<Set<Party>> parties = memberships.inMemory(principal.user());
        return parties.isPresent() && (parties.get().contains(ADMINISTRATORS) || hasPermissionsInMemory(thing));
    }

    private boolean hasPermissionsInMemory(Thing thing) {
        return permissions
                        .inMemory(new EntityRef(EntityType.THING, thing.name()))
                        .isPresent()
                && permissions.inMemory(collection(EntityType.THING)).isPresent()
                && thing.shape().lineage().stream()
                        .allMatch(ref -> permissions.inMemory(ref).isPresent());
    }

    /** Which entities a list may show; empty where it may show all. */
    public Optional<EntityListing.Visibility> visibility(Principal principal) throws ModelException {
        if (isAdministrator(principal)) {
            return Optional.empty();
        }
        Set<Party> parties = memberships.of(principal.user());
        List<Grant> grants;
        try {
            grants = store.grants(Right.VISIBILITY.title(), parties);
        } catch (StoreException e) {
            throw Accounts.unavailable(e);
        }
        List<String> collections = new ArrayList<>();
        Set<EntityListing.Named> entities = new LinkedHashSet<>();
        Set<EntityListing.Named> sources = new LinkedHashSet<>();
        for (Grant grant : grants) {
            if (grant.instance()) {
                sources.add(new EntityListing.Named(grant.collection(), grant.name()));
            } else if (grant.name().equals(PermissionStore.ALL)) {
                collections.add(grant.collection());
            } else {
                entities.add(new EntityListing.Named(grant.collection(), grant.name()));
            }
        }
        addBuiltInBelow(sources);
        return Optional.of(new EntityListing.Visibility(collections, List.copyOf(entities), List.copyOf(sources)));
    }

    /** Built-in templates are in no table from which the store could follow them. */
    private static void addBuiltInBelow(Set<EntityListing.Named> sources) {
        boolean more = true;
        while (more) {
            more = false;
            for (Entity template : BuiltIns.all(EntityType.THING_TEMPLATE)) {
                boolean below = template.needs().stream()
                        .anyMatch(need -> sources.contains(
                                new EntityListing.Named(need.type().collection(), need.name())));
                more |= below
                        && sources.add(
                                new EntityListing.Named(EntityType.THING_TEMPLATE.collection(), template.name()));
            }
        }
    }

    /**
     * Replaces the permissions of one kind.
     *
     * @return completes with whether every live node is known to have the change
     */
    public CompletableFuture<Boolean> replace(
            EntityRef ref, boolean instance, Right.Kind kind, Collection<Permission> now) throws ModelException {
        return change(
                ref,
                () -> store.replace(
                        ref.type().collection(),
                        ref.name(),
                        instance,
                        Right.of(kind).stream().map(Right::title).toList(),
                        now));
    }

    /** Adds permissions; see {@link #replace}. */
    public CompletableFuture<Boolean> put(EntityRef ref, Collection<Permission> more) throws ModelException {
        return change(ref, () -> store.put(ref.type().collection(), ref.name(), more));
    }

    /** Removes a permission; see {@link #replace}. */
    public CompletableFuture<Boolean> remove(EntityRef ref, Permission permission) throws ModelException {
        return change(ref, () -> store.remove(ref.type().collection(), ref.name(), permission));
    }

    /** Changes what the database holds. */
    @FunctionalInterface
    private interface Change {
        void make() throws StoreException;
    }

    private CompletableFuture<Boolean> change(EntityRef ref, Change change) throws ModelException {
        try {
            change.make();
        } catch (StoreException e) {
            model.announceUnknown(ref, e);
            throw Accounts.unavailable(e);
        }
        return model.announceChange(ref);
    }

    void forget(EntityRef ref) {
        permissions.forget(ref);
        if (ref.type() == EntityType.USER || ref.type() == EntityType.GROUP || ref.type() == EntityType.ORGANIZATION) {
            // The permissions of a principal that was deleted went with it, wherever they stood.
            permissions.forgetAll();
        }
    }
}
