package org.steadfast.foundation.model;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.steadfast.persistence.store.ModelStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredEntity;

/**
 * Things as they act, from memory where they were lately used. A thing is forgotten when any node has changed it or something that
 * it is made from. Safe for use by several threads.
 */
public final class Things {
    private static final int MOST_ABSENT = 10_000;
    /** Only for a node that did not hear of a change in time. */
    private static final Duration LONGEST_ABSENCE = Duration.ofSeconds(5);

    private final ModelStore store;
    private final Definitions definitions;
    /** By name; filled by readers, emptied by {@link #forget}; Caffeine guards it. */
    private final Cache<String, Thing> cache;
    /**
     * Names and identifiers that are none: filled by those who looked in vain, emptied by {@link #forget} on any change, because a
     * change may make one of them a thing. Caffeine guards it.
     */
    private final Cache<String, Boolean> absent = Caffeine.newBuilder()
            .maximumSize(MOST_ABSENT)
            .expireAfterWrite(LONGEST_ABSENCE)
            .build();
    /** Changes that this node has heard of: what was looked up before one is not to be kept after it. */
    private final AtomicLong changes = new AtomicLong();

    /** @param most things to keep in memory */
    Things(ModelStore store, Definitions definitions, int most) {
        this.store = store;
        this.definitions = definitions;
        this.cache = Caffeine.newBuilder().maximumSize(most).build();
    }

    /** Finds a thing by name, or by identifier where the name begins with {@code *}. */
    public Optional<Thing> find(String nameOrIdentifier) throws ModelException {
        Thing kept = cache.getIfPresent(nameOrIdentifier);
        if (kept != null) {
            return Optional.of(kept);
        }
        if (absent.getIfPresent(nameOrIdentifier) != null) {
            return Optional.empty();
        }
        long before = changes.get();
        Optional<Thing> found = lookUp(nameOrIdentifier);
        if (found.isPresent()) {
            cache.put(found.get().name(), found.get());
        } else {
            absent.put(nameOrIdentifier, true);
        }
        // Looked at after it was put, as forget counts before it empties: one of them removes it.
        if (changes.get() != before) {
            absent.invalidate(nameOrIdentifier);
            found.ifPresent(thing -> cache.invalidate(thing.name()));
        }
        return found;
    }

    /** Finds a thing by name where it is in memory: never waits for the database. */
    public Optional<Thing> inMemory(String name) {
        return Optional.ofNullable(cache.getIfPresent(name));
    }

    /** Like {@link #find}, where the thing must be there. */
    public Thing require(String nameOrIdentifier) throws ModelException {
        return find(nameOrIdentifier)
                .orElseThrow(() -> ModelException.notFound(new EntityRef(EntityType.THING, nameOrIdentifier)));
    }

    private Optional<Thing> lookUp(String nameOrIdentifier) throws ModelException {
        try {
            String collection = EntityType.THING.collection();
            Optional<StoredEntity> stored = nameOrIdentifier.startsWith("*")
                    ? store.findByIdentifier(collection, nameOrIdentifier.substring(1))
                    : store.find(collection, nameOrIdentifier);
            if (stored.isEmpty()) {
                return Optional.empty();
            }
            Entity entity = EntityJson.fromStored(stored.get());
            return Optional.of(Thing.of(entity, definitions.of(entity)));
        } catch (StoreException e) {
            throw StoreFailures.translate(e);
        }
    }

    /** Forgets what was made from entities that were changed. */
    void forget(Set<EntityRef> refs) {
        changes.incrementAndGet();
        Set<EntityRef> bases = new HashSet<>();
        for (EntityRef ref : refs) {
            switch (ref.type()) {
                case THING -> cache.invalidate(ref.name());
                case THING_TEMPLATE, THING_SHAPE -> bases.add(ref);
                default -> {
                    // Nothing of it is in a thing.
                }
            }
        }
        if (!bases.isEmpty()) {
            cache.asMap().values().removeIf(thing -> thing.shape().comesFromAny(bases));
        }
        absent.invalidateAll();
    }
}
