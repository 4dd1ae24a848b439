package org.steadfast.foundation.model;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.schedule.InvalidScheduleException;
import org.steadfast.foundation.schedule.Plans;
import org.steadfast.foundation.schedule.ScheduleKind;
import org.steadfast.foundation.schedule.ScheduleTerms;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredEntity;
import org.steadfast.protocol.type.FieldDefinition;

/**
 * What things are made from: templates, shapes and data shapes, from memory where they were lately used. Safe for use by several
 * threads.
 */
final class Definitions {
    private static final Logger log = LoggerFactory.getLogger(Definitions.class);
    private static final int MOST_SHAPES = 10_000;
    /** Share of the heap that kept entities may take. */
    private static final long HEAP_SHARE = 16;

    private static final long PRINCIPALS_HEAP_SHARE = 64;
    /** What an entity takes besides its definition, in bytes; and by how much a definition grows when it is read. */
    private static final int FIXED_BYTES = 1_000;

    private static final int GROWTH = 4;
    /** A base that is longer than this is taken for a circle. */
    static final int LONGEST_LINE = 32;

    private final Source source;
    private final Configuration configuration = new Configuration(this::find);
    private final Plans plans = new Plans();
    /** Filled by readers, emptied by {@link #forget}; Caffeine guards it. */
    private final Cache<EntityRef, Kept> entities = Caffeine.newBuilder()
            .maximumWeight(Runtime.getRuntime().maxMemory() / HEAP_SHARE)
            .weigher((EntityRef ref, Kept kept) -> kept.bytes())
            .build();
    /**
     * Users, groups, organizations and keys, also such as are not there: who may come in is asked again also where this node was not
     * told of a change.
     */
    private final Recent<EntityRef, Optional<Kept>> principals = new Recent<>(
            Runtime.getRuntime().maxMemory() / PRINCIPALS_HEAP_SHARE,
            (EntityRef ref, Optional<Kept> kept) -> kept.map(Kept::bytes).orElse(FIXED_BYTES),
            System::nanoTime);
    /** By name of the template; filled by readers, emptied by {@link #forget}; Caffeine guards it. */
    private final Cache<String, EffectiveShape> templates =
            Caffeine.newBuilder().maximumSize(MOST_SHAPES).build();
    /** Counts what was forgotten: what was read before is not to be kept after. */
    private final AtomicLong changes = new AtomicLong();

    Definitions(Source source) {
        this.source = source;
    }

    /** Where definitions are that are not in memory. */
    @FunctionalInterface
    interface Source {
        Optional<StoredEntity> find(String collection, String name) throws StoreException;
    }

    /** An entity and what it takes in memory, roughly. */
    private record Kept(Entity entity, int bytes) {
        static Kept of(StoredEntity stored) {
            long bytes = FIXED_BYTES + (long) GROWTH * stored.definition().length();
            return new Kept(EntityJson.fromStored(stored), (int) Math.min(bytes, Integer.MAX_VALUE));
        }
    }

    /** An entity that is not a thing. */
    Optional<Entity> find(EntityRef ref) throws ModelException {
        Optional<Entity> builtIn = BuiltIns.find(ref);
        if (builtIn.isPresent()) {
            return builtIn;
        }
        if (isPrincipal(ref)) {
            return principal(ref);
        }
        Kept kept = entities.getIfPresent(ref);
        if (kept != null) {
            return Optional.of(kept.entity());
        }
        long before = changes.get();
        Optional<Kept> found = stored(ref).map(Kept::of);
        found.ifPresent(entity -> {
            entities.put(ref, entity);
            // Looked at after it was put, as forget counts before it empties: one of them removes it.
            if (changes.get() != before) {
                entities.invalidate(ref);
            }
        });
        return found.map(Kept::entity);
    }

    private static boolean isPrincipal(EntityRef ref) {
        return switch (ref.type()) {
            case USER, GROUP, ORGANIZATION, APPLICATION_KEY -> true;
            default -> false;
        };
    }

    private Optional<Entity> principal(EntityRef ref) throws ModelException {
        try {
            return principals
                    .get(
                            ref,
                            () -> source.find(ref.type().collection(), ref.name())
                                    .map(Kept::of))
                    .map(Kept::entity);
        } catch (StoreException e) {
            throw StoreFailures.translate(e);
        }
    }

    /** An entity as the database has it. */
    Optional<Entity> read(EntityRef ref) throws ModelException {
        return stored(ref).map(EntityJson::fromStored);
    }

    private Optional<StoredEntity> stored(EntityRef ref) throws ModelException {
        try {
            return source.find(ref.type().collection(), ref.name());
        } catch (StoreException e) {
            throw StoreFailures.translate(e);
        }
    }

    /** What things of a template have. */
    EffectiveShape ofTemplate(String name) throws ModelException {
        EffectiveShape kept = templates.getIfPresent(name);
        if (kept != null) {
            return kept;
        }
        long before = changes.get();
        EntityRef ref = new EntityRef(EntityType.THING_TEMPLATE, name);
        EffectiveShape made = of(find(ref)
                .orElseThrow(() -> new ModelException(
                        ModelException.Kind.NOT_FOUND,
                        "field thingTemplate: the thing template [" + name + "] does not exist")));
        templates.put(name, made);
        if (changes.get() != before) {
            templates.invalidate(name);
        }
        return made;
    }

    /** What a thing, a template or a shape has, with what it inherits. */
    EffectiveShape of(Entity entity) throws ModelException {
        return switch (entity.type()) {
            case THING -> own(ofTemplate(entity.parent()), entity);
            case THING_TEMPLATE -> line(entity);
            default -> EffectiveShape.NONE.with(entity.members());
        };
    }

    /** What it has had before a change; of something that lost its base, which cannot be but by force, what it has itself. */
    Members before(Entity present) throws ModelException {
        try {
            return of(present).members();
        } catch (ModelException e) {
            if (e.kind() == ModelException.Kind.UNAVAILABLE) {
                throw e;
            }
            log.warn("DEFINITION_UNRESOLVED: {} cannot be resolved: {}", present.ref(), e.getMessage());
            return present.members();
        }
    }

    /** Says which field names something that is not there; the store, which looks again when it writes, cannot. */
    void requireNeeds(Entity entity) throws ModelException {
        for (EntityRef need : entity.needs()) {
            if (find(need).isEmpty()) {
                String field = switch (need.type()) {
                    case THING_TEMPLATE -> entity.type() == EntityType.THING ? "thingTemplate" : "baseThingTemplate";
                    case THING_SHAPE -> "implementedShapes";
                    case DATA_SHAPE -> "dataShape";
                    case THING -> "valueStream";
                    case USER -> "userNameReference";
                    default -> "projectName";
                };
                throw new ModelException(
                        ModelException.Kind.NOT_FOUND,
                        "field " + field + ": the "
                                + need.type()
                                        .singular()
                                        .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                                        .toLowerCase(Locale.ROOT)
                                + " [" + need.name() + "] does not exist");
            }
        }
        requireValueStream(entity);
        requireSchedule(entity, of(entity));
        requireActions(entity);
        var unusedToo = fieldsOf(entity);
    }

    private void requireValueStream(Entity entity) throws ModelException {
        String name = entity.valueStream();
        if (name.isEmpty()) {
            return;
        }
        Optional<Entity> stream = find(new EntityRef(EntityType.THING, name));
        if (stream.isEmpty() || !of(stream.get()).isA(BuiltIns.VALUE_STREAM)) {
            throw ModelException.invalid("field valueStream: the thing [" + name + "] is no value stream; one is of the"
                    + " template " + BuiltIns.VALUE_STREAM);
        }
    }

    /** The schedule that a thing or a template is; empty where it is none. */
    Optional<ScheduleTerms> schedule(Entity entity, EffectiveShape shape) throws ModelException {
        for (ScheduleKind kind : ScheduleKind.values()) {
            if (shape.isA(kind.template())) {
                try {
                    return Optional.of(ScheduleTerms.read(kind, configuration.row(entity, ScheduleKind.TABLE), plans));
                } catch (InvalidScheduleException e) {
                    throw new ModelException(
                            ModelException.Kind.INVALID,
                            "configuration table " + ScheduleKind.TABLE + ", " + e.getMessage(),
                            e);
                }
            }
        }
        return Optional.empty();
    }

    private void requireSchedule(Entity entity, EffectiveShape shape) throws ModelException {
        if (entity.type() == EntityType.THING || entity.type() == EntityType.THING_TEMPLATE) {
            var unused = schedule(entity, shape);
        }
    }

    private static void requireActions(Entity entity) throws ModelException {
        for (SubscriptionDefinition subscription :
                entity.members().subscriptions().values()) {
            if (!subscription.isScript()) {
                var unused = subscription.action();
            }
        }
    }

    /** Tables of settings, with what is inherited. */
    Configuration configuration() {
        return configuration;
    }

    private EffectiveShape line(Entity template) throws ModelException {
        List<Entity> line = new ArrayList<>();
        Entity next = template;
        line.add(next);
        while (!next.parent().isEmpty()) {
            EntityRef base = new EntityRef(EntityType.THING_TEMPLATE, next.parent());
            next = base.equals(template.ref())
                    ? template
                    : find(base)
                            .orElseThrow(() -> new ModelException(
                                    ModelException.Kind.NOT_FOUND,
                                    "field baseThingTemplate: the thing template [" + base.name()
                                            + "] does not exist"));
            line.add(next);
            if (line.size() > LONGEST_LINE) {
                throw ModelException.invalid("field baseThingTemplate: [" + template.name()
                        + "] is among its own bases, or has more than " + LONGEST_LINE);
            }
        }
        EffectiveShape shape = EffectiveShape.NONE;
        for (int i = line.size() - 1; i >= 0; i--) {
            shape = own(shape.derived(line.get(i).name()), line.get(i));
        }
        return shape;
    }

    /** Adds what an entity implements and has itself. */
    private EffectiveShape own(EffectiveShape inherited, Entity entity) throws ModelException {
        EffectiveShape shape = inherited;
        for (String name : entity.shapes()) {
            shape = shape.implementing(find(new EntityRef(EntityType.THING_SHAPE, name))
                    .orElseThrow(() -> new ModelException(
                            ModelException.Kind.NOT_FOUND,
                            "field implementedShapes: the thing shape [" + name + "] does not exist")));
        }
        return shape.with(entity.members()).keeping(entity);
    }

    /** The fields of a data shape, those of its bases first. */
    List<FieldDefinition> fieldsOf(Entity dataShape) throws ModelException {
        if (dataShape.type() != EntityType.DATA_SHAPE) {
            return List.of();
        }
        List<Entity> line = new ArrayList<>();
        Entity next = dataShape;
        line.add(next);
        while (!next.parent().isEmpty()) {
            EntityRef base = new EntityRef(EntityType.DATA_SHAPE, next.parent());
            next = base.equals(dataShape.ref())
                    ? dataShape
                    : find(base)
                            .orElseThrow(() -> new ModelException(
                                    ModelException.Kind.NOT_FOUND,
                                    "field baseDataShape: the data shape [" + base.name() + "] does not exist"));
            line.add(next);
            if (line.size() > LONGEST_LINE) {
                throw ModelException.invalid("field baseDataShape: [" + dataShape.name() + "] is among its own bases");
            }
        }
        Map<String, FieldDefinition> fields = new LinkedHashMap<>();
        for (int i = line.size() - 1; i >= 0; i--) {
            fields.putAll(line.get(i).fields());
        }
        return List.copyOf(fields.values());
    }

    /** Forgets entities and what was made from them. */
    void forget(Set<EntityRef> refs) {
        changes.incrementAndGet();
        entities.invalidateAll(refs);
        refs.forEach(principals::forget);
        templates.asMap().values().removeIf(shape -> shape.comesFromAny(refs));
    }
}
