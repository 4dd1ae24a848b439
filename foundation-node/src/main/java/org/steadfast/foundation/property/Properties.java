package org.steadfast.foundation.property;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.steadfast.foundation.ingestion.Ingestion;
import org.steadfast.foundation.ingestion.IngestionException;
import org.steadfast.foundation.model.Members;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.sharedstate.SharedState;
import org.steadfast.foundation.sharedstate.SharedValue;
import org.steadfast.persistence.store.Follow;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.link.LinkFrame.Stamp;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.ValueCodec;
import org.steadfast.protocol.wire.WireReader;

/** Reads and writes the properties of things, as their definitions allow. Safe for use by several threads. */
public final class Properties {
    /** Longest value in bytes that a property takes. */
    private static final int LONGEST_VALUE = 8 << 20;
    /** Longest quality in characters. */
    private static final int LONGEST_QUALITY = 255;

    private final SharedState state;
    private final Ingestion ingestion;
    private final Following following;

    /** @param following who wants to hear of changes */
    public Properties(SharedState state, Ingestion ingestion, Following following) {
        this.state = state;
        this.ingestion = ingestion;
        this.following = following;
    }

    /** The definition of a property of a thing. */
    public static FieldDefinition require(Thing thing, String property) throws PropertyException {
        FieldDefinition definition = thing.properties().get(property);
        if (definition == null) {
            throw new PropertyException(
                    PropertyException.Kind.NOT_FOUND,
                    "Property [" + property + "] Does Not Exist On Thing [" + thing.name() + "]");
        }
        return definition;
    }

    /** One property as an infotable of one row; one that was never set has its default value. */
    public CompletableFuture<Infotable> read(Thing thing, String property) throws PropertyException {
        FieldDefinition definition = require(thing, property);
        return values(thing, List.of(definition)).thenApply(found -> {
            SharedValue value = found.get(property);
            return Infotable.single(definition, value == null ? unset(definition) : shown(definition, value));
        });
    }

    /** Several properties as an infotable of one row. */
    public CompletableFuture<Infotable> read(Thing thing, Collection<String> properties) throws PropertyException {
        List<FieldDefinition> definitions = new ArrayList<>();
        for (String property : properties) {
            definitions.add(require(thing, property));
        }
        return values(thing, definitions).thenApply(found -> {
            List<Value> row = new ArrayList<>(definitions.size());
            for (FieldDefinition definition : definitions) {
                SharedValue shared = found.get(definition.name());
                row.add(shared == null ? unset(definition) : shown(definition, shared));
            }
            return new Infotable(definitions, List.of(row));
        });
    }

    /**
     * Some properties of a thing.
     *
     * @param thingId the thing's number
     */
    public record OfThing(long thingId, List<FieldDefinition> definitions) {}

    /**
     * The values of properties of a thing.
     *
     * @param row in the order of their definitions
     * @param bytes how long those are together that were set
     */
    public record Row(List<Value> row, long bytes) {}

    /** Properties of several things in one go, in the order of the things; those never set have their default values. */
    public CompletableFuture<List<Row>> read(List<OfThing> things) {
        return state.read(things.stream()
                        .map(thing -> wanted(thing.thingId(), thing.definitions()))
                        .toList())
                .thenApply(found -> things.stream()
                        .map(thing ->
                                row(thing.definitions(), found.getOrDefault(thing.thingId(), SharedState.OfThing.NONE)))
                        .toList());
    }

    private static Row row(List<FieldDefinition> definitions, SharedState.OfThing found) {
        return new Row(
                definitions.stream()
                        .map(definition -> {
                            SharedValue shared = found.values().get(definition.name());
                            return shared == null ? unset(definition) : shown(definition, shared);
                        })
                        .toList(),
                found.bytes());
    }

    private static SharedState.Wanted wanted(long thingId, List<FieldDefinition> definitions) {
        List<String> durable = new ArrayList<>(definitions.size());
        List<String> inMemory = new ArrayList<>(0);
        for (FieldDefinition definition : definitions) {
            (Members.isPersistent(definition) ? durable : inMemory).add(definition.name());
        }
        return new SharedState.Wanted(thingId, durable, inMemory);
    }

    private CompletableFuture<Map<String, SharedValue>> values(Thing thing, List<FieldDefinition> definitions) {
        SharedState.Wanted wanted = wanted(thing.id(), definitions);
        return state.read(wanted.thingId(), wanted.durable(), wanted.inMemory());
    }

    /** The values that were set, of these properties, with their times and qualities. */
    public CompletableFuture<List<PropertyUpdate>> present(Thing thing, List<FieldDefinition> definitions) {
        return set(thing, definitions)
                .thenApply(found -> found.stream()
                        .filter(update -> !update.value().isNothing())
                        .toList());
    }

    /** The same, those among them that were set to nothing. */
    public CompletableFuture<List<PropertyUpdate>> set(Thing thing, List<FieldDefinition> definitions) {
        return values(thing, definitions).thenApply(found -> {
            List<PropertyUpdate> set = new ArrayList<>();
            for (FieldDefinition definition : definitions) {
                SharedValue value = found.get(definition.name());
                if (value != null) {
                    set.add(new PropertyUpdate(
                            definition.name(), shown(definition, value), value.time(), value.quality()));
                }
            }
            return set;
        });
    }

    /** When the present value of a property was true, epoch milliseconds; empty where it was never set. */
    public CompletableFuture<Optional<Long>> time(Thing thing, FieldDefinition property) {
        return values(thing, List.of(property))
                .thenApply(
                        found -> Optional.ofNullable(found.get(property.name())).map(SharedValue::time));
    }

    /** The version of the present value of a property, which grows with each write; 0 where it was never set. */
    public CompletableFuture<Long> version(Thing thing, FieldDefinition property) {
        return values(thing, List.of(property))
                .thenApply(found -> found.containsKey(property.name())
                        ? found.get(property.name()).version()
                        : 0);
    }

    /** All properties as an infotable of one row. */
    public CompletableFuture<Infotable> readAll(Thing thing) throws PropertyException {
        return read(thing, thing.properties().keySet());
    }

    /**
     * Writes properties of a thing. All of them are checked before any is written. Persistent ones are written together, and so
     * are the others.
     *
     * @param updates of one property several times: the last one holds
     * @param stamp order among the updates of one device; {@link Stamp#NONE} for everybody else
     * @return completes when they are acknowledged
     */
    public CompletableFuture<Void> write(Thing thing, Collection<PropertyUpdate> updates, Stamp stamp)
            throws PropertyException {
        return write(thing, updates, stamp, Urgency.USUAL);
    }

    /** The same, while many events wait for their subscriptions. */
    public CompletableFuture<Void> write(Thing thing, Collection<PropertyUpdate> updates, Stamp stamp, Urgency urgency)
            throws PropertyException {
        Map<String, ValueWrite> durable = new LinkedHashMap<>();
        Map<String, ValueWrite> inMemory = new LinkedHashMap<>();
        boolean isHeard = false;
        for (PropertyUpdate update : updates) {
            FieldDefinition definition = require(thing, update.property());
            Optional<Follow> follow;
            try {
                follow = following.of(thing, definition);
            } catch (ModelException e) {
                return CompletableFuture.failedFuture(new IngestionException(
                        "whether anything subscribes to " + thing.name() + " cannot be looked up: " + e.getMessage(),
                        true));
            }
            isHeard |= follow.isPresent() && follow.get().heard();
            (Members.isPersistent(definition) ? durable : inMemory)
                    .put(update.property(), write(thing, definition, update, stamp, follow));
        }
        if (isHeard && !following.hasRoom(urgency)) {
            return CompletableFuture.failedFuture(
                    new IngestionException("too many events wait for their subscriptions", true));
        }
        CompletableFuture<Void> written = durable.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : ingestion.write(List.copyOf(durable.values()));
        return inMemory.isEmpty()
                ? written
                : ingestion
                        .writeInMemory(List.copyOf(inMemory.values()))
                        .thenCombine(written, (memory, database) -> null);
    }

    private static ValueWrite write(
            Thing thing, FieldDefinition definition, PropertyUpdate update, Stamp stamp, Optional<Follow> follow)
            throws PropertyException {
        byte[] bytes = ValueCodec.toBytes(coerce(thing, definition, update.value()));
        if (bytes.length > LONGEST_VALUE) {
            throw new PropertyException(
                    PropertyException.Kind.INVALID,
                    "property " + update.property() + " of " + thing.name() + ": the value has " + bytes.length
                            + " bytes, at most " + LONGEST_VALUE + " are kept");
        }
        // One text that no database holds would spoil the batch for everybody in it.
        if (update.quality().length() > LONGEST_QUALITY || update.quality().indexOf('\0') >= 0) {
            throw new PropertyException(
                    PropertyException.Kind.INVALID,
                    "property " + update.property() + " of " + thing.name() + ": the quality is longer than "
                            + LONGEST_QUALITY + " characters, or has a character 0");
        }
        return new ValueWrite(
                new PropertyKey(thing.id(), update.property()),
                bytes,
                update.time(),
                update.quality(),
                stamp.epoch(),
                stamp.sequence(),
                follow);
    }

    /** A value as the definition of its property has it. */
    public static Value coerce(Thing thing, FieldDefinition definition, Value value) throws PropertyException {
        try {
            return Coercion.to(definition.baseType(), value);
        } catch (InvalidValueException e) {
            throw new PropertyException(
                    PropertyException.Kind.INVALID,
                    "property " + definition.name() + " of " + thing.name() + ": " + e.getMessage(),
                    e);
        }
    }

    /**
     * A value that was kept, as a base type has it; {@link Value#NOTHING} where it does not fit.
     *
     * @param bytes the typed value in the device protocol's bytes
     */
    public static Value fit(BaseType type, byte[] bytes) {
        try {
            return Coercion.to(type, ValueCodec.read(new WireReader(bytes)));
        } catch (InvalidValueException e) {
            // The property had another base type when the value was kept.
            return Value.NOTHING;
        } catch (CodecException e) {
            throw new IllegalStateException("a value was kept that this platform did not write", e);
        }
    }

    /** The value as its definition has it now; one that was written under another base type and does not fit counts as not set. */
    private static Value shown(FieldDefinition definition, SharedValue shared) {
        try {
            return Coercion.to(definition.baseType(), shared.value());
        } catch (InvalidValueException e) {
            return unset(definition);
        }
    }

    /** What a property has that was never set. */
    public static Value unset(FieldDefinition definition) {
        Value aspect = definition.aspects().get("defaultValue");
        if (aspect != null) {
            try {
                return Coercion.to(definition.baseType(), aspect);
            } catch (InvalidValueException e) {
                // A default that does not fit its type is as good as none.
                return ValueJson.defaultOf(definition.baseType());
            }
        }
        return ValueJson.defaultOf(definition.baseType());
    }
}
