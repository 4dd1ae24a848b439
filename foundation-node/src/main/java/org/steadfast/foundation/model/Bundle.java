package org.steadfast.foundation.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.steadfast.foundation.model.RefusedBundleException.Refusal;
import org.steadfast.persistence.store.BundledWrite;
import org.steadfast.persistence.store.EntityWrite;
import org.steadfast.persistence.store.MembershipStore.Party;
import org.steadfast.persistence.store.ModelStore;
import org.steadfast.persistence.store.PermissionStore.Permission;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredEntity;

/**
 * Entities that are to be stored all together or not at all, each looked at as it would be with all others of the bundle in place.
 * In any order: what an entity needs may come after it. Immutable.
 */
final class Bundle {
    private final List<Planned> planned;
    private final List<BundledWrite> writes;

    private Bundle(List<Planned> planned, List<BundledWrite> writes) {
        this.planned = planned;
        this.writes = writes;
    }

    /**
     * A change of one entity.
     *
     * @param present as it is; empty where it is made
     * @param before all members that it has had
     * @param dropped properties that it has no more, or whose values have no place any more
     */
    record Planned(Optional<Entity> present, Entity changed, Members before, List<String> dropped) {
        /** Whether a thing begins to act by this change. */
        boolean starts() {
            return changed.type() == EntityType.THING
                    && changed.enabled()
                    && !present.map(Entity::enabled).orElse(false);
        }
    }

    /** In the order of the edits. */
    List<Planned> planned() {
        return planned;
    }

    /** In the order of the edits. */
    List<BundledWrite> writes() {
        return writes;
    }

    /** Whether one has, or has had, subscriptions to events of other things. */
    boolean subscribesElsewhere() {
        return planned.stream()
                .anyMatch(each -> !each.before().sources().isEmpty()
                        || !each.changed().members().sources().isEmpty());
    }

    /**
     * Looks at all of them.
     *
     * @param definitions of everything that is stored
     * @throws RefusedBundleException naming each that cannot be
     */
    static Bundle plan(List<BundledEdit> edits, ModelStore store, Definitions definitions)
            throws ModelException, RefusedBundleException {
        List<Refusal> refusals = new ArrayList<>();
        Map<EntityRef, Optional<Entity>> present = new HashMap<>();
        Map<EntityRef, Entity> changed = new LinkedHashMap<>();
        Set<EntityRef> seen = new HashSet<>();
        for (BundledEdit edit : edits) {
            EntityRef ref = edit.ref();
            try {
                if (!seen.add(ref)) {
                    throw ModelException.invalid("it is there twice");
                }
                Names.check("name", ref.name());
                Model.requireOwn(ref);
                Optional<Entity> found = definitions.read(ref);
                Entity made = edit.edit().apply(found.orElseGet(() -> Entity.draft(ref.type(), ref.name())));
                if (found.isPresent()) {
                    made = new Passwords(definitions).kept(made, found.get());
                }
                EntityJson.requireReadable(made, EntityJson.toStored(made));
                requireIdentifierFree(made, store);
                present.put(ref, found);
                changed.put(ref, made);
            } catch (ModelException e) {
                refuse(refusals, ref, e);
            }
        }
        Definitions together = new Definitions(over(store, changed));
        List<Planned> planned = new ArrayList<>();
        List<BundledWrite> writes = new ArrayList<>();
        for (BundledEdit edit : edits) {
            Entity made = changed.get(edit.ref());
            // What is refused itself must not be the reason why others are.
            if (made == null || !refusals.isEmpty() && needsRefused(made, seen, changed)) {
                continue;
            }
            try {
                together.requireNeeds(made);
                Members after = together.of(made).members();
                edit.check().of(made, after);
                List<Permission> permissions = edit.permissions().of(made);
                Optional<Entity> was = present.get(edit.ref());
                Members before = was.isPresent() ? definitions.before(was.get()) : Members.NONE;
                List<String> dropped = before.propertiesDroppedBy(after);
                planned.add(new Planned(was, made, before, dropped));
                writes.add(new BundledWrite(
                        Model.toWrite(made),
                        was.map(Entity::version).orElse(BundledWrite.NEW),
                        made.type() == EntityType.THING ? dropped : List.of(),
                        permissions,
                        principals(permissions)));
            } catch (ModelException e) {
                refuse(refusals, edit.ref(), e);
            }
        }
        if (!refusals.isEmpty()) {
            throw new RefusedBundleException(refusals);
        }
        return new Bundle(planned, writes);
    }

    /** What is stored of those who get permissions. */
    private static List<EntityWrite.Reference> principals(List<Permission> permissions) {
        return permissions.stream()
                .map(Permission::principal)
                .map(Bundle::entity)
                .distinct()
                .filter(ref -> BuiltIns.find(ref).isEmpty())
                .map(ref -> new EntityWrite.Reference(ref.type().collection(), ref.name(), true))
                .toList();
    }

    /** A unit goes with its organization. */
    private static EntityRef entity(Party principal) {
        return principal
                .organization()
                .map(organization -> new EntityRef(EntityType.ORGANIZATION, organization))
                .orElseGet(() -> new EntityRef(
                        EntityType.ofCollection(principal.collection()).orElseThrow(), principal.name()));
    }

    private static void refuse(List<Refusal> refusals, EntityRef ref, ModelException e) throws ModelException {
        if (e.kind() == ModelException.Kind.UNAVAILABLE) {
            throw e;
        }
        refusals.add(new Refusal(ref.toString(), e.getMessage()));
    }

    private static boolean needsRefused(Entity made, Set<EntityRef> all, Map<EntityRef, Entity> accepted) {
        return made.needs().stream().anyMatch(need -> all.contains(need) && !accepted.containsKey(need));
    }

    private static void requireIdentifierFree(Entity made, ModelStore store) throws ModelException {
        if (made.identifier().isEmpty()) {
            return;
        }
        try {
            Optional<StoredEntity> other = store.findByIdentifier(
                    made.type().collection(), made.identifier().get());
            if (other.isPresent() && !other.get().name().equals(made.name())) {
                throw new ModelException(
                        ModelException.Kind.ALREADY_EXISTS,
                        "field identifier: [" + made.identifier().get() + "] already exists on "
                                + other.get().name());
            }
        } catch (StoreException e) {
            throw StoreFailures.translate(e);
        }
    }

    /** Entities of the bundle as if they were stored, and all others as they are. */
    private static Definitions.Source over(ModelStore store, Map<EntityRef, Entity> changed) {
        return (collection, name) -> {
            Entity entity = EntityType.ofCollection(collection)
                    .map(type -> changed.get(new EntityRef(type, name)))
                    .orElse(null);
            return entity == null
                    ? store.find(collection, name)
                    : Optional.of(new StoredEntity(
                            entity.id(),
                            collection,
                            name,
                            entity.version(),
                            entity.identifier(),
                            EntityJson.toStored(entity),
                            entity.modified()));
        };
    }
}
