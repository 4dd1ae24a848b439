package org.steadfast.foundation.model;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.steadfast.persistence.store.ModelStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredEntity;
import org.steadfast.protocol.type.FieldDefinition;

/**
 * What things are made from: templates, shapes and data shapes, from memory where they were lately used. Safe for use by several
 * threads.
 */
final class Definitions {
    private static final int MOST_SHAPES = 10_000;
    /** Share of the heap that kept entities may take. */
    private static final long HEAP_SHARE = 16;

    private static final long PRINCIPALS_HEAP_SHARE = 64;
    /** What an entity takes besides its definition, in bytes; and by how much a definition grows when it is read. */
    private static final int FIXED_BYTES = 1_000;

    private static final int GROWTH = 4;
    /** A base that is longer than this is taken for a circle. */
    private static final int LONGEST_LINE = 32;

    private final ModelStore store;
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

    Definitions(ModelStore store) {
        this.store = store;
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
                            () -> store.find(ref.type().collection(), ref.name())
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
            return store.find(ref.type().collection(), ref.name());
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

    /** Forgets an entity and what was made from it. */
    void forget(EntityRef ref) {
        changes.incrementAndGet();
        entities.invalidate(ref);
        principals.forget(ref);
        templates.asMap().values().removeIf(shape -> shape.comesFrom(ref));
    }
}
