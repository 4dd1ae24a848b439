package org.steadfast.foundation.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.steadfast.persistence.store.ModelStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredEntity;

/** Finds the things that come from a template or a shape, directly or not. Safe for use by several threads. */
final class Descendants {
    private static final int PAGE = 1_000;

    private final ModelStore store;

    Descendants(ModelStore store) {
        this.store = store;
    }

    /** At most so many things, in the order of their names. */
    List<Entity> of(EntityRef from, int most) throws ModelException {
        TreeMap<String, Entity> things = new TreeMap<>();
        Set<EntityRef> seen = new HashSet<>();
        Deque<EntityRef> next = new ArrayDeque<>(List.of(from));
        while (!next.isEmpty() && things.size() < most) {
            EntityRef ref = next.poll();
            if (!seen.add(ref)) {
                continue;
            }
            // Built-in templates that come from built-in ones are in no table.
            builtInBelow(ref).forEach(next::add);
            long after = 0;
            List<Entity> page;
            do {
                page = referring(ref.type().collection(), ref.name(), after, PAGE);
                for (Entity entity : page) {
                    after = entity.id();
                    if (entity.type() == EntityType.THING) {
                        things.put(entity.name(), entity);
                    } else if (entity.type() == EntityType.THING_TEMPLATE) {
                        next.add(entity.ref());
                    }
                }
            } while (page.size() == PAGE && things.size() < most);
        }
        return new ArrayList<>(things.values()).subList(0, Math.min(most, things.size()));
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
