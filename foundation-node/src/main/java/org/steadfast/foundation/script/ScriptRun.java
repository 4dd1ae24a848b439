package org.steadfast.foundation.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.RhinoException;
import org.mozilla.javascript.ScriptRuntime;
import org.mozilla.javascript.Scriptable;
import org.mozilla.javascript.ScriptableObject;
import org.mozilla.javascript.Undefined;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.EventDefinition;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.property.Properties;
import org.steadfast.foundation.property.PropertyException;
import org.steadfast.foundation.property.PropertyUpdate;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.service.ServiceRequest;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** One script while it runs: what it sees, and what it does to the platform, with the rights of whoever runs it. Used by one thread. */
final class ScriptRun {
    /** Collections that scripts see besides those of the model. */
    private static final List<String> WITHOUT_MODEL = List.of("Resources", "Subsystems", "Users");
    /** Frames of the Java stack beyond which nothing of the platform is begun: it must not end for want of stack. */
    private static final int DEEPEST_STACK = 3_000;

    private final Platform platform;
    private final Principal principal;
    private final Context context;
    private final Bounds bounds;
    private final ScriptableObject scope;
    private final ScriptValues values;
    private final PropertyWrites writes;
    private final EntityRef self;

    /** @param from which thing and service it is, for the log */
    ScriptRun(Platform platform, Principal principal, Context context, ScriptableObject scope, Thing me, String from) {
        this.platform = platform;
        this.principal = principal;
        this.context = context;
        this.bounds = ScriptContext.of(context).bounds();
        this.scope = scope;
        this.values = new ScriptValues(context, scope);
        this.writes = new PropertyWrites(platform.properties(), principal);
        this.self = new EntityRef(EntityType.THING, me.name());
        define("me", new ScriptThing(this, me));
        define("logger", new ScriptLogger(from).toScript(scope));
        for (EntityType type : EntityType.values()) {
            define(type.collection(), new ScriptCollection(this, type.collection()));
        }
        for (String collection : WITHOUT_MODEL) {
            define(collection, new ScriptCollection(this, collection));
        }
    }

    Scriptable scope() {
        return scope;
    }

    ScriptValues values() {
        return values;
    }

    /** Gives the script a variable. */
    void define(String name, Object value) {
        ScriptableObject.putProperty(scope, name, value);
    }

    /** Work that the platform does for the script. */
    @FunctionalInterface
    private interface Work<T> {
        T done() throws Exception;
    }

    /** Does it, within the script's bounds; what it fails with, the script can catch. */
    private <T> T platform(Work<T> work) {
        bounds.check();
        if (StackWalker.getInstance().walk(frames -> frames.limit(DEEPEST_STACK).count()) == DEEPEST_STACK) {
            throw TooMuch.of("calls within calls");
        }
        try {
            return work.done();
        } catch (RhinoException e) {
            throw e;
        } catch (Exception e) {
            throw ScriptFailure.toScript(context, scope, e);
        }
    }

    private <T> T await(CompletionStage<T> stage) throws Exception {
        try {
            return stage.toCompletableFuture().get(bounds.remaining(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw bounds.outOfTime();
        } catch (InterruptedException e) {
            // Only the end of the node interrupts scripts.
            Thread.currentThread().interrupt();
            throw Bounds.nodeStops();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Writes what the script has given to properties and waits until it is acknowledged. */
    void writeAll() {
        platform(() -> {
            for (CompletionStage<Void> written : writes.writeAll()) {
                await(written);
            }
            return null;
        });
    }

    Object read(Thing thing, String property) {
        if (writes.isWaiting(thing)) {
            writeAll();
        }
        return platform(() -> values.toScript(
                await(platform.properties().read(principal, thing, property)).first(property)));
    }

    void write(Thing thing, String property, Object given) {
        boolean isFull = platform(() -> {
            FieldDefinition definition = Properties.require(thing, property);
            Value value;
            try {
                value = values.toValue(given, definition.baseType(), fields(definition));
            } catch (InvalidValueException e) {
                throw new PropertyException(
                        PropertyException.Kind.INVALID,
                        "property " + property + " of " + thing.name() + ": " + e.getMessage(),
                        e);
            }
            return writes.add(
                    thing, new PropertyUpdate(property, value, platform.clock().millis(), PropertyUpdate.GOOD));
        });
        if (isFull) {
            writeAll();
        }
    }

    Object invoke(String collection, String entity, String service, Object[] arguments) {
        writeAll();
        return platform(() -> {
            ServiceRequest request = new ServiceRequest(principal, entity, service, parameters(service, arguments));
            Value result =
                    await(platform.services().invoke(collection, request)).value();
            return result.isNothing() ? Undefined.instance : values.toScript(result);
        });
    }

    private ObjectNode parameters(String service, Object[] arguments) throws InvalidValueException {
        if (arguments.length == 0 || arguments[0] == null || Undefined.isUndefined(arguments[0])) {
            return JsonNodeFactory.instance.objectNode();
        }
        JsonNode given = values.toJson(arguments[0]);
        if (given instanceof ObjectNode object) {
            return object;
        }
        throw ScriptRuntime.typeError("the parameters of " + service + " must be an object: {name: value}");
    }

    Object fire(Thing thing, String event, Object[] arguments) {
        writeAll();
        return platform(() -> {
            EventDefinition definition = thing.shape().members().events().get(event);
            List<FieldDefinition> fields =
                    platform.model().dataShape(definition.dataShape()).orElse(List.of());
            Infotable data;
            try {
                data = eventData(arguments.length == 0 ? null : arguments[0], fields);
            } catch (InvalidValueException e) {
                throw new PropertyException(
                        PropertyException.Kind.INVALID, "event " + event + ": " + e.getMessage(), e);
            }
            await(platform.events().fire(thing, event, data, platform.clock().millis(), principal));
            return Undefined.instance;
        });
    }

    private Infotable eventData(Object given, List<FieldDefinition> fields)
            throws InvalidValueException, ModelException {
        if (given instanceof ScriptInfotable
                && values.toValue(given, BaseType.INFOTABLE, fields) instanceof Value.Table table
                && table.infotable().rows().size() == 1) {
            return table.infotable();
        }
        Value[] row = new Value[fields.size()];
        for (int i = 0; i < row.length; i++) {
            Object cell = given instanceof Scriptable object
                    ? ScriptableObject.getProperty(object, fields.get(i).name())
                    : Scriptable.NOT_FOUND;
            row[i] = cell == Scriptable.NOT_FOUND
                    ? Value.NOTHING
                    : values.toValue(cell, fields.get(i).baseType(), fields(fields.get(i)));
        }
        return new Infotable(fields, List.of(List.of(row)));
    }

    boolean hasService(Thing thing, String service) {
        return platform.services().has(thing, service);
    }

    boolean hasService(String collection, String entity, String service) {
        return platform.services().has(collection, entity, service);
    }

    /** Something of a collection, as the script sees it. */
    Optional<HostObject> find(String collection, String name) {
        Optional<EntityType> type = EntityType.ofCollection(collection);
        if (type.isEmpty()) {
            return platform.services().knows(collection, name)
                    ? Optional.of(new ScriptEntity(this, collection, "Resource", name))
                    : Optional.empty();
        }
        EntityRef ref = new EntityRef(type.get(), name);
        if (!isVisible(ref)) {
            return Optional.empty();
        }
        return platform(() -> type.get() == EntityType.THING
                ? platform.model().things().find(name).map(thing -> new ScriptThing(this, thing))
                : platform.model()
                        .find(ref)
                        .map(entity ->
                                new ScriptEntity(this, collection, type.get().singular(), name)));
    }

    /** Whether whoever the script runs for may know of an entity; its own thing is always there. */
    private boolean isVisible(EntityRef ref) {
        return ref.equals(self) || platform(() -> platform.entities().isVisible(principal, ref));
    }

    /** The fields of the data shape that a definition names, none where it names none. */
    List<FieldDefinition> fields(FieldDefinition definition) throws ModelException {
        return definition.aspects().get("dataShape") instanceof Value.Text shape
                        && !shape.text().isEmpty()
                ? platform.model().dataShape(shape.text()).orElse(List.of())
                : List.of();
    }
}
