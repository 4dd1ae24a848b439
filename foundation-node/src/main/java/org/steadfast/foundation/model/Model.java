package org.steadfast.foundation.model;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.sharedstate.SharedState;
import org.steadfast.persistence.store.ModelStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredEntity;

/**
 * The things of the platform. The database holds them; each node keeps those that it lately used, and forgets one when any node
 * has changed it. Safe for use by several threads.
 */
public final class Model {
    private static final Logger log = LoggerFactory.getLogger(Model.class);
    private static final int MOST_ATTEMPTS = 5;
    private static final int MOST_ABSENT = 10_000;
    /** Only for a node that did not hear of a change in time. */
    private static final Duration LONGEST_ABSENCE = Duration.ofSeconds(5);

    private final ModelStore store;
    private final SharedState state;
    private final ModelAnnouncer announcer;
    /** Filled by readers, emptied by {@link #forget} on a change; Caffeine guards it and holds a removal until a load ended. */
    private final Cache<String, Thing> cache;
    /**
     * Names and identifiers that are none: filled by those who looked in vain, emptied by {@link #forget} on any change, because a
     * change may make one of them a thing. Caffeine guards it.
     */
    private final Cache<String, Boolean> absent = Caffeine.newBuilder()
            .maximumSize(MOST_ABSENT)
            .expireAfterWrite(LONGEST_ABSENCE)
            .build();
    /** Changes that this node has heard of: what was looked up in vain before one is not to be believed after it. */
    private final AtomicLong changes = new AtomicLong();

    /**
     * Makes the model of one node.
     *
     * @param state where the values of properties go that are no more
     * @param cachedThings most things to keep in memory
     */
    public Model(ModelStore store, SharedState state, ModelAnnouncer announcer, int cachedThings) {
        this.store = store;
        this.state = state;
        this.announcer = announcer;
        this.cache =
                Caffeine.newBuilder().maximumSize(cachedThings).recordStats().build();
    }

    /** A change that was made, and whether every live node is known to have it. */
    public record Change(Thing thing, CompletableFuture<Boolean> seenEverywhere) {}

    /** Makes a thing as it is to be from the thing as it is. */
    @FunctionalInterface
    public interface Edit {
        Thing apply(Thing present) throws ModelException;
    }

    /** Carries the failure of a load through the cache. */
    private static final class LoadFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final StoreException failure;

        LoadFailure(StoreException failure) {
            super(failure);
            this.failure = failure;
        }
    }

    /** Finds a thing by name, or by identifier where the name begins with {@code *}. */
    public Optional<Thing> find(String nameOrIdentifier) throws ModelException {
        if (absent.getIfPresent(nameOrIdentifier) != null) {
            return Optional.empty();
        }
        long before = changes.get();
        Optional<Thing> found = lookUp(nameOrIdentifier);
        if (found.isEmpty()) {
            absent.put(nameOrIdentifier, true);
            // Looked at after it was put, as forget empties the cache after it counted: one of them removes it.
            if (changes.get() != before) {
                absent.invalidate(nameOrIdentifier);
            }
        }
        return found;
    }

    /** Finds a thing by name where it is in memory: never waits for the database. */
    public Optional<Thing> inMemory(String name) {
        return Optional.ofNullable(cache.getIfPresent(name));
    }

    private Optional<Thing> lookUp(String nameOrIdentifier) throws ModelException {
        try {
            String name = nameOrIdentifier;
            if (name.startsWith("*")) {
                Optional<StoredEntity> entity = store.findByIdentifier(Thing.COLLECTION, name.substring(1));
                if (entity.isEmpty()) {
                    return Optional.empty();
                }
                name = entity.get().name();
            }
            return Optional.ofNullable(cache.get(name, this::load));
        } catch (LoadFailure e) {
            throw translate(e.failure);
        } catch (StoreException e) {
            throw translate(e);
        }
    }

    /** Like {@link #find}, where the thing must be there. */
    public Thing require(String nameOrIdentifier) throws ModelException {
        return find(nameOrIdentifier)
                .orElseThrow(() -> new ModelException(
                        ModelException.Kind.NOT_FOUND, "Entity Not Found : [" + nameOrIdentifier + "]"));
    }

    /** Things by a mask in which {@code *} stands for any characters, in the order of their names. */
    public List<Thing> list(String mask, int limit) throws ModelException {
        try {
            return store.list(Thing.COLLECTION, mask, limit).stream()
                    .map(ThingJson::fromStored)
                    .toList();
        } catch (StoreException e) {
            throw translate(e);
        }
    }

    /** Stores a new thing. */
    public Change create(Thing draft) throws ModelException {
        requireTemplate(draft);
        try {
            StoredEntity entity =
                    store.create(Thing.COLLECTION, draft.name(), draft.identifier(), ThingJson.toStored(draft));
            return announced(ThingJson.fromStored(entity), CompletableFuture.completedFuture(null));
        } catch (StoreException e) {
            throw translate(e);
        }
    }

    /**
     * Changes a thing. Where somebody else changes it at the same time, the change is made again from what that left. The values
     * of properties that the thing has no more, or has with another base type, go with the change.
     *
     * @param expectedVersion the only version that may be changed, where the caller knows one
     */
    public Change update(String name, Optional<Long> expectedVersion, Edit edit) throws ModelException {
        for (int attempt = 1; ; attempt++) {
            Thing present = read(name);
            if (expectedVersion.isPresent() && expectedVersion.get() != present.version()) {
                throw new ModelException(
                        ModelException.Kind.CHANGED_MEANWHILE,
                        name + " is at version " + present.version() + ", not " + expectedVersion.get()
                                + "; read it again and repeat the change");
            }
            Thing changed = edit.apply(present);
            requireTemplate(changed);
            List<String> dropped = present.propertiesDroppedBy(changed);
            try {
                ModelStore.Updated updated = store.update(
                        Thing.COLLECTION,
                        name,
                        present.version(),
                        changed.identifier(),
                        ThingJson.toStored(changed),
                        dropped);
                return announced(
                        ThingJson.fromStored(updated.entity()),
                        state.forget(present.id(), dropped, updated.newestDropped()));
            } catch (StoreException e) {
                if (e.kind() != StoreException.Kind.CHANGED_MEANWHILE || attempt == MOST_ATTEMPTS) {
                    throw translate(e);
                }
            }
        }
    }

    /** Deletes a thing with its values. */
    public Change delete(String name) throws ModelException {
        try {
            Thing present = read(name);
            if (!store.delete(Thing.COLLECTION, name)) {
                throw new ModelException(ModelException.Kind.NOT_FOUND, "Entity Not Found : [" + name + "]");
            }
            return announced(
                    present, state.forget(present.id(), present.properties().keySet()));
        } catch (StoreException e) {
            throw translate(e);
        }
    }

    /** Forgets what this node knows of a thing that was changed. */
    public void forget(String name) {
        cache.invalidate(name);
        changes.incrementAndGet();
        absent.invalidateAll();
    }

    /** How many things this node has in memory. */
    public long cachedThings() {
        return cache.estimatedSize();
    }

    private Thing read(String name) throws ModelException {
        try {
            return store.find(Thing.COLLECTION, name)
                    .map(ThingJson::fromStored)
                    .orElseThrow(() ->
                            new ModelException(ModelException.Kind.NOT_FOUND, "Entity Not Found : [" + name + "]"));
        } catch (StoreException e) {
            throw translate(e);
        }
    }

    private Thing load(String name) {
        try {
            return store.find(Thing.COLLECTION, name).map(ThingJson::fromStored).orElse(null);
        } catch (StoreException e) {
            throw new LoadFailure(e);
        }
    }

    /** @param forgotten completes when shared state has no values any more that the change has ended */
    private Change announced(Thing thing, CompletableFuture<Void> forgotten) {
        forget(thing.name());
        CompletableFuture<Boolean> heard = announcer.announce(thing.name());
        return new Change(
                thing, forgotten.thenCombine(heard, (done, seen) -> seen).exceptionally(failure -> {
                    log.warn("Values that {} has no more may still be in shared state", thing.name(), failure);
                    return false;
                }));
    }

    private static void requireTemplate(Thing thing) throws ModelException {
        if (!ThingTemplates.exists(thing.thingTemplate())) {
            throw new ModelException(
                    ModelException.Kind.NOT_FOUND,
                    "field thingTemplate: the thing template [" + thing.thingTemplate() + "] does not exist");
        }
    }

    private static ModelException translate(StoreException e) {
        return switch (e.kind()) {
            case ALREADY_EXISTS -> new ModelException(ModelException.Kind.ALREADY_EXISTS, e.getMessage(), e);
            case NOT_FOUND -> new ModelException(ModelException.Kind.NOT_FOUND, e.getMessage(), e);
            case CHANGED_MEANWHILE -> new ModelException(ModelException.Kind.CHANGED_MEANWHILE, e.getMessage(), e);
            case UNAVAILABLE, REFUSED, FENCED ->
                new ModelException(ModelException.Kind.UNAVAILABLE, "the database does not answer", e);
            case FAILED -> throw new IllegalStateException(e);
        };
    }
}
