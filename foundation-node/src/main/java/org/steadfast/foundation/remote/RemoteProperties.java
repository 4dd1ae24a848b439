package org.steadfast.foundation.remote;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.steadfast.foundation.model.BuiltIns;
import org.steadfast.foundation.model.EffectiveShape;
import org.steadfast.foundation.model.Members;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.property.Properties;
import org.steadfast.foundation.property.PropertyException;
import org.steadfast.foundation.property.PropertyUpdate;
import org.steadfast.foundation.property.Urgency;
import org.steadfast.protocol.link.LinkFrame.Stamp;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/**
 * Properties as users see them. Those of a device are read from shared state or from the device, as their definition says, and
 * are written to the device first. Things of devices also tell whether they are connected. Safe for use by several threads.
 */
public final class RemoteProperties {
    private static final Map<String, Value> BUILT_IN = Map.of("isReadOnly", new Value.Bool(true));
    private static final FieldDefinition IS_CONNECTED =
            new FieldDefinition("isConnected", "Whether a device speaks for the thing now", BaseType.BOOLEAN, BUILT_IN);
    private static final FieldDefinition LAST_CONNECTION =
            new FieldDefinition("lastConnection", "When a device last bound the thing", BaseType.DATETIME, BUILT_IN);

    private final Properties properties;
    private final RemoteThings things;
    private final Clock clock;

    public RemoteProperties(Properties properties, RemoteThings things, Clock clock) {
        this.properties = properties;
        this.things = things;
        this.clock = clock;
    }

    /** One property as an infotable of one row; fails with a {@link RemoteException} where only the device could tell it. */
    public CompletableFuture<Infotable> read(Thing thing, String property) throws PropertyException {
        if (isBuiltIn(thing, property)) {
            return things.connection(thing)
                    .thenApply(connection -> property.equals(IS_CONNECTED.name())
                            ? Infotable.single(IS_CONNECTED, new Value.Bool(connection.connected()))
                            : Infotable.single(LAST_CONNECTION, last(connection)));
        }
        FieldDefinition definition = Properties.require(thing, property);
        Optional<RemoteBinding> binding = RemoteBinding.of(definition);
        if (binding.isEmpty() || binding.get().cacheMillis() < 0) {
            return properties.read(thing, property);
        }
        if (binding.get().cacheMillis() == 0) {
            return fetch(thing, definition, binding.get());
        }
        return properties.time(thing, definition).thenCompose(time -> {
            boolean isFresh = time.isPresent()
                    && clock.millis() - time.get() <= binding.get().cacheMillis();
            try {
                return isFresh ? properties.read(thing, property) : fetchAndKeep(thing, definition, binding.get());
            } catch (PropertyException e) {
                return CompletableFuture.failedFuture(e);
            }
        });
    }

    /** What things of devices have for the sake of their connection, besides the properties that they define. */
    public static List<FieldDefinition> ofConnection(EffectiveShape shape) {
        return shape.isA(BuiltIns.REMOTE_THING)
                ? Stream.of(IS_CONNECTED, LAST_CONNECTION)
                        .filter(builtIn -> !shape.members().properties().containsKey(builtIn.name()))
                        .toList()
                : List.of();
    }

    /** The values of {@link #ofConnection}, of several things in one go, in the order of the things. */
    public CompletableFuture<List<List<Value>>> connections(List<Long> thingIds, List<FieldDefinition> wanted) {
        return wanted.isEmpty()
                ? CompletableFuture.completedFuture(
                        thingIds.stream().map(thing -> List.<Value>of()).toList())
                : things.connections(thingIds)
                        .thenApply(found -> thingIds.stream()
                                .map(thing -> found.getOrDefault(thing, RemoteThings.Connection.NEVER))
                                .map(connection -> wanted.stream()
                                        .map(field -> value(field, connection))
                                        .toList())
                                .toList());
    }

    private static Value value(FieldDefinition builtIn, RemoteThings.Connection connection) {
        return builtIn.equals(IS_CONNECTED) ? new Value.Bool(connection.connected()) : last(connection);
    }

    private static boolean isBuiltIn(Thing thing, String property) {
        return thing.isRemote()
                && !thing.properties().containsKey(property)
                && (property.equals(IS_CONNECTED.name()) || property.equals(LAST_CONNECTION.name()));
    }

    private static Value last(RemoteThings.Connection connection) {
        return connection.last() == 0 ? Value.NOTHING : new Value.Datetime(connection.last());
    }

    private CompletableFuture<Infotable> fetch(Thing thing, FieldDefinition definition, RemoteBinding binding) {
        return things.read(thing, binding).thenCompose(content -> {
            try {
                Value value = value(content, binding.sourceName());
                if (value.isNothing()) {
                    return CompletableFuture.failedFuture(new RemoteException(
                            RemoteException.Kind.REFUSED,
                            502,
                            "the device's answer holds no value of " + binding.sourceName() + " of " + thing.name()));
                }
                return CompletableFuture.completedFuture(
                        Infotable.single(definition, Properties.coerce(thing, definition, value)));
            } catch (PropertyException e) {
                return CompletableFuture.failedFuture(new RemoteException(
                        RemoteException.Kind.REFUSED,
                        502,
                        "what the device answered is no such value: " + e.getMessage()));
            }
        });
    }

    private CompletableFuture<Infotable> fetchAndKeep(Thing thing, FieldDefinition definition, RemoteBinding binding) {
        return properties
                .version(thing, definition)
                .thenCompose(before -> fetch(thing, definition, binding)
                        .thenCompose(table -> keep(
                                        thing,
                                        definition,
                                        before,
                                        new PropertyUpdate(
                                                definition.name(),
                                                table.first(definition.name()),
                                                clock.millis(),
                                                PropertyUpdate.GOOD),
                                        Urgency.USUAL)
                                .thenApply(kept -> table)));
    }

    /** Devices name the field as the property; a table with one field can mean nothing else. */
    private static Value value(Optional<Infotable> content, String sourceName) {
        if (content.isEmpty() || content.get().rows().isEmpty()) {
            return Value.NOTHING;
        }
        Infotable table = content.get();
        return table.indexOf(sourceName) < 0 && table.fields().size() == 1 ? table.cell(0, 0) : table.first(sourceName);
    }

    /** All properties as an infotable of one row, those of the connection included; what shared state holds, no device is asked. */
    public CompletableFuture<Infotable> readAll(Thing thing) throws PropertyException {
        CompletableFuture<Infotable> own = properties.readAll(thing);
        List<FieldDefinition> more = new ArrayList<>();
        for (FieldDefinition builtIn : List.of(IS_CONNECTED, LAST_CONNECTION)) {
            if (isBuiltIn(thing, builtIn.name())) {
                more.add(builtIn);
            }
        }
        return more.isEmpty()
                ? own
                : own.thenCombine(things.connection(thing), (table, connection) -> with(table, more, connection));
    }

    private static Infotable with(Infotable table, List<FieldDefinition> more, RemoteThings.Connection connection) {
        List<FieldDefinition> fields = new ArrayList<>(table.fields());
        List<Value> row = new ArrayList<>(table.rows().get(0));
        for (FieldDefinition builtIn : more) {
            fields.add(builtIn);
            row.add(value(builtIn, connection));
        }
        return new Infotable(fields, List.of(row));
    }

    /**
     * Writes properties that are not read-only. Those of a device go to it first; what it does not take is not written, and fails the write with a
     * {@link RemoteException} after all others were written.
     */
    public CompletableFuture<Void> write(Thing thing, List<PropertyUpdate> updates, Urgency urgency)
            throws PropertyException {
        // All are looked at before anything is sent.
        List<CompletableFuture<Void>> written = new ArrayList<>();
        List<PropertyUpdate> local = new ArrayList<>();
        List<Runnable> remote = new ArrayList<>();
        for (PropertyUpdate update : updates) {
            FieldDefinition definition = Properties.require(thing, update.property());
            if (Members.isReadOnly(definition)) {
                throw new PropertyException(
                        PropertyException.Kind.NOT_ALLOWED,
                        "Not authorized for PropertyWrite on " + update.property() + " in " + thing.name()
                                + ": the property is read-only");
            }
            Optional<RemoteBinding> binding = RemoteBinding.of(definition);
            if (binding.isEmpty()) {
                local.add(update);
            } else {
                Value value = forDevice(Properties.coerce(thing, definition, update.value()));
                FieldDefinition field = new FieldDefinition(binding.get().sourceName(), value.baseType());
                remote.add(() -> written.add(properties
                        .version(thing, definition)
                        .thenCompose(before -> things.write(thing, binding.get(), Infotable.single(field, value))
                                .thenCompose(taken -> keep(thing, definition, before, update, urgency)))));
            }
        }
        if (!local.isEmpty()) {
            written.add(properties.write(thing, local, Stamp.NONE, urgency));
        }
        remote.forEach(Runnable::run);
        return CompletableFuture.allOf(written.toArray(CompletableFuture[]::new));
    }

    /** One device SDK gives a whole row up that has a LONG in it. */
    private static Value forDevice(Value value) {
        return value instanceof Value.Long number ? Value.number(number.number()) : value;
    }

    /**
     * Writes what a device has taken or told, unless it has pushed a value meanwhile: that is newer than what was asked for. Devices
     * push what they make of a value before they answer that they have taken it.
     *
     * @param before version of the value before the device was asked
     */
    private CompletableFuture<Void> keep(
            Thing thing, FieldDefinition definition, long before, PropertyUpdate update, Urgency urgency) {
        return properties.version(thing, definition).thenCompose(now -> {
            if (now != before) {
                return CompletableFuture.completedFuture(null);
            }
            try {
                return properties.write(thing, List.of(update), Stamp.NONE, urgency);
            } catch (PropertyException e) {
                return CompletableFuture.failedFuture(e);
            }
        });
    }
}
