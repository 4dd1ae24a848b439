package org.steadfast.foundation.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.schedule.ScheduleTerms;
import org.steadfast.foundation.sharedstate.SharedState;
import org.steadfast.persistence.store.EntityListing;
import org.steadfast.persistence.store.EntitySummary;
import org.steadfast.persistence.store.EntityWrite;
import org.steadfast.persistence.store.ModelStore;
import org.steadfast.persistence.store.PermissionStore.Permission;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredEntity;
import org.steadfast.protocol.type.FieldDefinition;

/**
 * All entities: read, listed, made, changed and deleted. The database holds them; each node keeps what it lately used, and forgets
 * it when any node has changed it. Safe for use by several threads.
 */
public final class Model implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Model.class);
    private static final int MOST_ATTEMPTS = 5;
    /** Stands in the place of a collection in the references of things that do not stay. */
    private static final String TRANSIENT = "Transient";

    private final ModelStore store;
    private final SharedState state;
    private final ModelAnnouncer announcer;
    private final Definitions definitions;
    private final Things things;
    private final InheritedValues inheritedValues;
    private final Descendants descendants;
    private final Subscribers subscribers;
    /** Filled while the node starts, read by whoever changes things. */
    private final List<Consumer<String>> onStart = new CopyOnWriteArrayList<>();
    /** Added to when the node starts, read by every change. */
    private final List<Consumer<EntityRef>> listeners = new CopyOnWriteArrayList<>();
    /** Those who clear away what else there is of an entity that this node deletes. */
    private final List<Consumer<Entity>> heirs = new CopyOnWriteArrayList<>();

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
        this.definitions = new Definitions(store::find);
        this.things = new Things(store, definitions, cachedThings);
        this.inheritedValues = new InheritedValues(store, state, definitions);
        this.descendants = new Descendants(store);
        this.subscribers = new Subscribers(store, descendants);
    }

    /** A change that was made, and whether every live node is known to have it. */
    public record Change(Entity entity, CompletableFuture<Boolean> seenEverywhere) {}

    /**
     * A bundle that was stored, and whether every live node is known to have it.
     *
     * @param permissions that entities have got by it
     */
    public record BundleChange(
            List<Entity> entities,
            Map<EntityRef, List<Permission>> permissions,
            CompletableFuture<Boolean> seenEverywhere) {}

    /** Makes an entity as it is to be from the entity as it is. */
    @FunctionalInterface
    public interface Edit {
        Entity apply(Entity present) throws ModelException;
    }

    /** Says whether an entity is wanted. */
    @FunctionalInterface
    public interface Choice {
        boolean takes(Entity entity) throws ModelException;
    }

    /** Things as they act, with all that they inherit. */
    public Things things() {
        return things;
    }

    /** An entity as its author defined it. */
    public Optional<Entity> find(EntityRef ref) throws ModelException {
        return ref.type() == EntityType.THING ? definitions.read(ref) : definitions.find(ref);
    }

    /** Like {@link #find}, where the entity must be there. */
    public Entity require(EntityRef ref) throws ModelException {
        return find(ref).orElseThrow(() -> ModelException.notFound(ref));
    }

    /** What a thing, a template or a shape has, with what it inherits. */
    public EffectiveShape effective(Entity entity) throws ModelException {
        return definitions.of(entity);
    }

    /** What is hidden of entities. */
    public Passwords passwords() {
        return new Passwords(definitions);
    }

    /** The tables of settings that entities have. */
    public Configuration configuration() {
        return definitions.configuration();
    }

    /**
     * When a thing or a template fires; empty where it is no schedule.
     *
     * @throws ModelException {@link ModelException.Kind#INVALID} where its settings are wrong
     */
    public Optional<ScheduleTerms> schedule(Entity entity) throws ModelException {
        return definitions.schedule(entity, definitions.of(entity));
    }

    /** The names of all templates that come from one, directly or not, that one first. */
    public List<String> templatesFrom(String template) throws ModelException {
        return descendants.templatesFrom(template);
    }

    /** Those of some things that there are; read from the database, in no order. */
    public List<Entity> things(Collection<String> names) throws ModelException {
        try {
            return store.findAll(EntityType.THING.collection(), names).stream()
                    .map(EntityJson::fromStored)
                    .toList();
        } catch (StoreException e) {
            throw StoreFailures.translate(e);
        }
    }

    /** The fields of a data shape, with those of its bases; empty where there is no such data shape. */
    public Optional<List<FieldDefinition>> dataShape(String name) throws ModelException {
        Optional<Entity> shape = definitions.find(new EntityRef(EntityType.DATA_SHAPE, name));
        return shape.isEmpty() ? Optional.empty() : Optional.of(definitions.fieldsOf(shape.get()));
    }

    /** Entities in the order of their names; what came with the platform is not among them. */
    public List<EntitySummary> list(EntityListing listing) throws ModelException {
        try {
            return store.list(listing);
        } catch (StoreException e) {
            throw StoreFailures.translate(e);
        }
    }

    /**
     * Entities as their authors defined them, in the order of their names: one page of a listing of any length.
     *
     * @param tags only those that have all of these, each as {@code Vocabulary:Term}
     * @param afterName only those whose names come later; empty for the first page
     */
    public List<Entity> page(EntityType type, String project, List<String> tags, String afterName, int limit)
            throws ModelException {
        try {
            List<StoredEntity> page = store.page(type.collection(), project, tags, afterName, limit);
            return page.stream().map(EntityJson::fromStored).toList();
        } catch (StoreException e) {
            throw StoreFailures.translate(e);
        }
    }

    /**
     * Entities that need another one, in the order in which they were made.
     *
     * @param afterId only those with a greater number
     */
    public List<Entity> referring(EntityRef ref, long afterId, int limit) throws ModelException {
        return descendants.referring(ref.type().collection(), ref.name(), afterId, limit);
    }

    /**
     * Things that come from a template or a shape, directly or not, in the order of their names.
     *
     * @param most how many; no more are read than it takes to find them
     * @param choice which of them are wanted; after 100,000 that are not, no further ones are looked at
     */
    public List<Entity> implementing(EntityRef from, int most, Choice choice) throws ModelException {
        return descendants.of(from, most, choice);
    }

    /**
     * Calls a listener with the name of each thing that starts on this node, that is, is created or enabled again, where it has
     * subscriptions or others subscribe to it.
     *
     * @param listener must return at once
     */
    public void onStart(Consumer<String> listener) {
        onStart.add(listener);
    }

    /** Lets a thing start again: what this node keeps of it is made anew. */
    public void restart(Thing thing) {
        forget(new EntityRef(EntityType.THING, thing.name()));
        started(thing.name(), thing.shape().members());
    }

    /** Only where somebody may want to know: nearly always nobody does, and things are made by the thousand. */
    private void started(String thing, Members members) {
        if (!members.subscriptions().isEmpty() || subscribers.isSource(thing)) {
            tellStarted(thing);
        }
    }

    private void tellStarted(String thing) {
        onStart.forEach(listener -> listener.accept(thing));
    }

    /** Which things subscribe to others. */
    public Subscribers subscribers() {
        return subscribers;
    }

    /**
     * Stores a new thing that is there as long as something needs it; whoever changes it makes it one that stays. When it goes is for the
     * caller to see to, see {@link #transients}.
     */
    public Change createTransient(Entity draft) throws ModelException {
        EntityWrite write = toWrite(draft);
        List<EntityWrite.Reference> references = new ArrayList<>(write.references());
        references.add(new EntityWrite.Reference(TRANSIENT, draft.name(), false));
        return create(
                draft,
                new EntityWrite(write.collection(), write.name(), write.identifier(), write.definition(), references));
    }

    /** The names of the things that do not stay. */
    public List<String> transients() throws ModelException {
        try {
            return store.referenced(TRANSIENT);
        } catch (StoreException e) {
            throw StoreFailures.translate(e);
        }
    }

    /**
     * Deletes a thing that does not stay, where it is still the same one, and nobody has made it one that stays.
     *
     * @return whether it was deleted
     */
    public boolean deleteTransient(Thing thing) throws ModelException {
        EntityRef ref = new EntityRef(EntityType.THING, thing.name());
        try {
            boolean isDeleted = store.delete(
                    ref.type().collection(),
                    thing.name(),
                    thing.id(),
                    new EntityWrite.Reference(TRANSIENT, thing.name(), false));
            if (isDeleted) {
                CompletableFuture<Boolean> unused = announced(
                        Set.of(ref),
                        subscribesElsewhere(thing.shape().members()),
                        state.forget(thing.id(), thing.properties().keySet()));
            }
            return isDeleted;
        } catch (StoreException e) {
            announceUnknown(ref, true, e);
            throw StoreFailures.translate(e);
        }
    }

    /** Whether a thing does not stay. */
    public boolean isTransient(String thing) throws ModelException {
        try {
            return !store.namesReferring(EntityType.THING.collection(), TRANSIENT, thing)
                    .isEmpty();
        } catch (StoreException e) {
            throw StoreFailures.translate(e);
        }
    }

    /** Stores a new entity. */
    public Change create(Entity draft) throws ModelException {
        return create(draft, toWrite(draft));
    }

    private Change create(Entity draft, EntityWrite write) throws ModelException {
        if (BuiltIns.find(draft.ref()).isPresent()) {
            throw new ModelException(
                    ModelException.Kind.ALREADY_EXISTS, draft.ref() + " already exists; it came with the platform");
        }
        definitions.requireNeeds(draft);
        try {
            StoredEntity entity = store.create(write);
            Change change = announced(
                    EntityJson.fromStored(entity),
                    subscribesElsewhere(definitions.of(draft).members()),
                    CompletableFuture.completedFuture(null));
            if (draft.type() == EntityType.THING && draft.enabled()) {
                started(draft.name(), definitions.of(draft).members());
            }
            return change;
        } catch (StoreException e) {
            announceUnknown(draft.ref(), subscribesElsewhere(draft.members()), e);
            throw StoreFailures.translate(e);
        }
    }

    /**
     * Changes an entity. Where somebody else changes it at the same time, the change is made again from what that left. The values
     * of properties that things have no more, or have with another base type, go with the change.
     *
     * @param expectedVersion the only version that may be changed, where the caller knows one
     */
    public Change update(EntityRef ref, Optional<Long> expectedVersion, Edit edit) throws ModelException {
        requireOwn(ref);
        for (int attempt = 1; ; attempt++) {
            Entity present = definitions.read(ref).orElseThrow(() -> ModelException.notFound(ref));
            if (expectedVersion.isPresent() && expectedVersion.get() != present.version()) {
                throw new ModelException(
                        ModelException.Kind.CHANGED_MEANWHILE,
                        ref.name() + " is at version " + present.version() + ", not " + expectedVersion.get()
                                + "; read it again and repeat the change");
            }
            Entity changed = passwords().kept(edit.apply(present), present);
            definitions.requireNeeds(changed);
            Members before = definitions.before(present);
            Members after = definitions.of(changed).members();
            List<String> dropped = before.propertiesDroppedBy(after);
            boolean ofThing = ref.type() == EntityType.THING;
            try {
                ModelStore.Updated updated =
                        store.update(toWrite(changed), present.version(), ofThing ? dropped : List.of());
                Change change = announced(
                        EntityJson.fromStored(updated.entity()),
                        subscribesElsewhere(before) || subscribesElsewhere(after),
                        ofThing
                                ? state.forget(present.id(), dropped, updated.newestDropped())
                                : CompletableFuture.completedFuture(null));
                if (ofThing && changed.enabled() && !present.enabled()) {
                    started(changed.name(), after);
                }
                if (!ofThing) {
                    inheritedValues.remove(
                            ref, dropped.stream().map(before.properties()::get).toList(), updated.newestVersion());
                }
                return change;
            } catch (StoreException e) {
                if (e.kind() != StoreException.Kind.CHANGED_MEANWHILE || attempt == MOST_ATTEMPTS) {
                    announceUnknown(ref, subscribesElsewhere(before) || subscribesElsewhere(after), e);
                    throw StoreFailures.translate(e);
                }
            }
        }
    }

    /**
     * Makes and changes many entities: all of them, or none. Every node hears of it once.
     *
     * @throws RefusedBundleException naming every entity that cannot be as it is to be
     */
    public BundleChange changeAll(List<BundledEdit> edits) throws ModelException, RefusedBundleException {
        for (int attempt = 1; ; attempt++) {
            Bundle bundle = Bundle.plan(edits, store, definitions);
            try {
                return announced(bundle, store.writeAll(bundle.writes()));
            } catch (StoreException e) {
                boolean isRace = e.kind() == StoreException.Kind.CHANGED_MEANWHILE
                        || e.kind() == StoreException.Kind.ALREADY_EXISTS
                        || e.kind() == StoreException.Kind.NOT_FOUND;
                if (!isRace || attempt == MOST_ATTEMPTS) {
                    throw StoreFailures.translate(e);
                }
            }
        }
    }

    /**
     * Looks at entities as {@link #changeAll} would, and changes nothing.
     *
     * @throws RefusedBundleException naming every entity that cannot be as it is to be
     */
    public void checkAll(List<BundledEdit> edits) throws ModelException, RefusedBundleException {
        var unused = Bundle.plan(edits, store, definitions);
    }

    private BundleChange announced(Bundle bundle, List<ModelStore.Updated> updated) {
        CompletableFuture<?>[] forgotten = new CompletableFuture<?>[updated.size()];
        List<Entity> entities = new ArrayList<>();
        Map<EntityRef, List<Permission>> permissions = new LinkedHashMap<>();
        for (int i = 0; i < updated.size(); i++) {
            Bundle.Planned planned = bundle.planned().get(i);
            ModelStore.Updated done = updated.get(i);
            entities.add(EntityJson.fromStored(done.entity()));
            if (!done.permissions().isEmpty()) {
                permissions.put(planned.changed().ref(), done.permissions());
            }
            boolean ofThing = planned.changed().type() == EntityType.THING;
            List<String> dropped = planned.dropped();
            forgotten[i] = ofThing && !dropped.isEmpty()
                    ? state.forget(done.entity().id(), dropped, done.newestDropped())
                    : CompletableFuture.completedFuture(null);
        }
        Set<EntityRef> changed = new LinkedHashSet<>();
        entities.forEach(entity -> changed.add(entity.ref()));
        BundleChange change = new BundleChange(
                entities,
                permissions,
                announced(changed, bundle.subscribesElsewhere(), CompletableFuture.allOf(forgotten)));
        for (int i = 0; i < updated.size(); i++) {
            Bundle.Planned planned = bundle.planned().get(i);
            if (planned.starts()) {
                tellStarted(planned.changed().name());
            }
            if (planned.changed().type() != EntityType.THING) {
                inheritedValues.remove(
                        planned.changed().ref(),
                        planned.dropped().stream()
                                .map(planned.before().properties()::get)
                                .toList(),
                        updated.get(i).newestVersion());
            }
        }
        return change;
    }

    /** Deletes an entity; a thing with its values. */
    public Change delete(EntityRef ref) throws ModelException {
        requireOwn(ref);
        try {
            Entity present = definitions.read(ref).orElseThrow(() -> ModelException.notFound(ref));
            Members before = definitions.before(present);
            Collection<String> properties = before.properties().keySet();
            if (!store.delete(ref.type().collection(), ref.name())) {
                throw ModelException.notFound(ref);
            }
            heirs.forEach(heir -> heir.accept(present));
            return announced(
                    present,
                    subscribesElsewhere(before),
                    ref.type() == EntityType.THING
                            ? state.forget(present.id(), properties)
                            : CompletableFuture.completedFuture(null));
        } catch (StoreException e) {
            announceUnknown(ref, true, e);
            throw StoreFailures.translate(e);
        }
    }

    private static boolean subscribesElsewhere(Members members) {
        return !members.sources().isEmpty();
    }

    /**
     * Hears that entities were changed.
     *
     * @param subscribesElsewhere whether one has, or has had, subscriptions to events of other things
     */
    void changed(Set<EntityRef> refs, boolean subscribesElsewhere) throws ModelException {
        forget(refs);
        if (subscribesElsewhere) {
            subscribers.reload();
        }
    }

    /** Forgets what this node knows of an entity that was changed. */
    public void forget(EntityRef ref) {
        forget(Set.of(ref));
    }

    /** Has somebody told, on this node, of each change that any node announces, after the model has forgotten what was before. */
    public void onChange(Consumer<EntityRef> listener) {
        listeners.add(listener);
    }

    /** Has somebody told of each entity that this node has deleted, who must return at once. */
    public void onDelete(Consumer<Entity> heir) {
        heirs.add(heir);
    }

    /**
     * Tells every node that something about an entity was changed that is not part of its definition.
     *
     * @return completes with whether every live node is known to have heard it
     */
    public CompletableFuture<Boolean> announceChange(EntityRef ref) {
        forget(ref);
        return announcer.announce(Set.of(ref), false);
    }

    private void forget(Set<EntityRef> refs) {
        // Definitions first: a thing that is made anew must not be made from what was before.
        definitions.forget(refs);
        things.forget(refs);
        refs.forEach(ref -> listeners.forEach(listener -> listener.accept(ref)));
    }

    /**
     * Tells every node that something about an entity may have been changed: the database did not say, so it may have it. Nothing
     * happens where it has refused the change. Does not wait.
     */
    public void announceUnknown(EntityRef ref, StoreException failure) {
        announceUnknown(ref, false, failure);
    }

    private void announceUnknown(EntityRef ref, boolean subscribesElsewhere, StoreException failure) {
        switch (failure.kind()) {
            case UNAVAILABLE, FAILED -> {
                forget(ref);
                var unused = announcer.announce(Set.of(ref), subscribesElsewhere);
            }
            default -> {
                // The database has what it had.
            }
        }
    }

    static void requireOwn(EntityRef ref) throws ModelException {
        if (BuiltIns.find(ref).isPresent()) {
            throw new ModelException(
                    ModelException.Kind.NOT_ALLOWED, ref + " came with the platform and cannot be changed");
        }
    }

    static EntityWrite toWrite(Entity entity) throws ModelException {
        List<EntityWrite.Reference> references = new ArrayList<>();
        for (EntityRef need : entity.needs()) {
            references.add(new EntityWrite.Reference(
                    need.type().collection(), need.name(), BuiltIns.find(need).isEmpty()));
        }
        for (String source : entity.members().sources()) {
            references.add(new EntityWrite.Reference(Subscribers.REFERENCES, source, false));
        }
        String definition = EntityJson.toStored(entity);
        // What could not be read again could not be changed or deleted either.
        EntityJson.requireReadable(entity, definition);
        return new EntityWrite(entity.type().collection(), entity.name(), entity.identifier(), definition, references);
    }

    /** @param forgotten completes when shared state has no values any more that the change has ended */
    private Change announced(Entity entity, boolean subscribesElsewhere, CompletableFuture<Void> forgotten) {
        return new Change(entity, announced(Set.of(entity.ref()), subscribesElsewhere, forgotten));
    }

    private CompletableFuture<Boolean> announced(
            Set<EntityRef> changed, boolean subscribesElsewhere, CompletableFuture<Void> forgotten) {
        forget(changed);
        CompletableFuture<Boolean> heard = announcer.announce(changed, subscribesElsewhere);
        return forgotten.thenCombine(heard, (done, seen) -> seen).exceptionally(failure -> {
            log.warn(
                    "VALUES_STAY: values that are no more after the change of {} may still be in shared state",
                    changed,
                    failure);
            return false;
        });
    }

    @Override
    public void close() {
        inheritedValues.close();
    }
}
