package org.steadfast.foundation.model;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.steadfast.persistence.store.ModelStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredEntity;

/** Finds the things that come from a template or a shape, directly or not. Safe for use by several threads. */
final class Descendants {
    private static final int LEAST_PAGE = 100;
    private static final int MOST_PAGE = 1_000;
    /** Things that one call looks at and does not want, before it makes do with what it has. */
    private static final int MOST_REJECTED = 100_000;

    private final ModelStore store;

    Descendants(ModelStore store) {
        this.store = store;
    }

    /** At most so many of the things that are chosen, in the order of their names; no more are read than that takes. */
    List<Entity> of(EntityRef from, int most, Model.Choice choice) throws ModelException {
        int limit = Math.max(LEAST_PAGE, Math.min(MOST_PAGE, most));
        int rejected = 0;
        TreeMap<String, Entity> things = new TreeMap<>();
        Set<EntityRef> seen = new HashSet<>();
        Deque<EntityRef> next = new ArrayDeque<>(List.of(from));
        while (!next.isEmpty() && things.size() < most && rejected < MOST_REJECTED) {
            EntityRef ref = next.poll();
            if (!seen.add(ref)) {
                continue;
            }
            // Built-in templates that come from built-in ones are in no table.
            builtInBelow(ref).forEach(next::add);
            long after = 0;
            List<Entity> page;
            do {
                page = referring(ref.type().collection(), ref.name(), after, limit);
                for (Entity entity : page) {
                    after = entity.id();
                    if (things.size() >= most) {
                        break;
                    }
                    if (entity.type() == EntityType.THING) {
                        if (things.containsKey(entity.name())) {
                            continue;
                        }
                        if (choice.takes(entity)) {
                            things.put(entity.name(), entity);
                        } else {
                            rejected++;
                        }
                    } else if (entity.type() == EntityType.THING_TEMPLATE) {
                        next.add(entity.ref());
                    }
                }
            } while (page.size() == limit && things.size() < most && rejected < MOST_REJECTED);
        }
        return List.copyOf(things.values());
    }

    /** The names of all templates that come from one, directly or not, that one first. */
    List<String> templatesFrom(String template) throws ModelException {
        Set<String> names = new LinkedHashSet<>();
        Deque<EntityRef> next = new ArrayDeque<>(List.of(new EntityRef(EntityType.THING_TEMPLATE, template)));
        while (!next.isEmpty()) {
            EntityRef ref = next.poll();
            if (!names.add(ref.name())) {
                continue;
            }
            next.addAll(builtInBelow(ref));
            try {
                store.namesReferring(
                                EntityType.THING_TEMPLATE.collection(),
                                ref.type().collection(),
                                ref.name())
                        .forEach(name -> next.add(new EntityRef(EntityType.THING_TEMPLATE, name)));
            } catch (StoreException e) {
                throw StoreFailures.translate(e);
            }
        }
        return List.copyOf(names);
    }

    /** Entities that refer to a name of a collection, in the order in which they were made. */
    List<Entity> referring(String collection, String name, long afterId, int limit) throws ModelException {
        try {
            List<StoredEntity> found = store.referring(collection, name, afterId, limit);
            return found.stream().map(EntityJson::fromStored).toList();
        } catch (StoreException e) {
            throw StoreFailures.translate(e);
        }
    }

    private static List<EntityRef> builtInBelow(EntityRef ref) {
        return BuiltIns.all(EntityType.THING_TEMPLATE).stream()
                .filter(template -> template.needs().contains(ref))
                .map(Entity::ref)
                .toList();
    }
}
