package org.steadfast.foundation.alert;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ObjLongConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.model.AlertDefinition;
import org.steadfast.foundation.model.Members;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.StoreFailures;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.sharedstate.SharedState;
import org.steadfast.foundation.sharedstate.SharedValue;
import org.steadfast.persistence.store.AlertKey;
import org.steadfast.persistence.store.AlertRecord;
import org.steadfast.persistence.store.AlertState;
import org.steadfast.persistence.store.AlertStore;
import org.steadfast.persistence.store.FiredEvent;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.WriterId;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.ValueCodec;
import org.steadfast.protocol.wire.WireReader;
import org.steadfast.protocol.wire.WireWriter;

/**
 * Raises and resets the alerts of things, and takes acknowledgements. Each change is one transaction with its event, so that neither
 * is without the other. Safe for use by several threads.
 */
public final class Alerts {
    /** The event of an alert that is raised. */
    public static final String ALERT = "Alert";
    /** The event of an alert that is reset. */
    public static final String RESET = "AlertReset";
    /** The event of an alert that is acknowledged. */
    public static final String ACKNOWLEDGED = "AlertAck";

    private static final Logger log = LoggerFactory.getLogger(Alerts.class);

    private static final long PATIENCE_SECONDS = 10;

    private final AlertStore store;
    private final SharedState state;
    private final WriterId writer;
    private final ObjLongConsumer<FiredEvent> onChanged;

    /** @param onChanged gets each event with the number of its entry in the journal, which is to be looked after from then on */
    public Alerts(AlertStore store, SharedState state, WriterId writer, ObjLongConsumer<FiredEvent> onChanged) {
        this.store = store;
        this.state = state;
        this.writer = writer;
        this.onChanged = onChanged;
    }

    /** Whether the values of a property are to be looked at. */
    public static boolean watch(Thing thing, String property) {
        // Asked with each write of each property, nearly all of which have none.
        Map<String, AlertDefinition> alerts = thing.shape().members().alertsOf(property);
        return !alerts.isEmpty() && alerts.values().stream().anyMatch(AlertDefinition::enabled);
    }

    /**
     * Looks at a new value. Those of one property are to be looked at one after the other.
     *
     * @throws StoreException if that cannot be done now
     */
    public void look(Thing thing, String property, Value value, long time) throws StoreException {
        lookAt(thing, property, value, time);
        // What is told late, after the loss of a node, may be long over: then the present value has been looked at
        // before.
        Optional<SharedValue> present = present(thing, property);
        if (present.isPresent() && !present.get().value().equals(value)) {
            lookAt(thing, property, present.get().value(), present.get().time());
        }
    }

    private Optional<SharedValue> present(Thing thing, String property) throws StoreException {
        FieldDefinition definition = thing.properties().get(property);
        if (definition == null) {
            return Optional.empty();
        }
        List<String> name = List.of(property);
        boolean durable = Members.isPersistent(definition);
        try {
            return Optional.ofNullable(state.read(thing.id(), durable ? name : List.of(), durable ? List.of() : name)
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .get(property));
        } catch (ExecutionException | TimeoutException e) {
            throw new StoreException(
                    StoreException.Kind.UNAVAILABLE, "the present value of " + property + " cannot be read now", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(StoreException.Kind.UNAVAILABLE, "this node stops", e);
        }
    }

    private void lookAt(Thing thing, String property, Value value, long time) throws StoreException {
        Map<String, AlertState> states = store.of(thing.id(), property).stream()
                .collect(Collectors.toMap(state -> state.key().alert(), state -> state));
        for (AlertDefinition alert : thing.shape().members().alertsOf(property).values()) {
            if (alert.enabled()) {
                AlertState state = states.get(alert.name());
                boolean active = state != null && state.active();
                if (AlertRule.isRaised(alert, value, active) != active) {
                    change(thing, alert, !active, value, time);
                }
            }
        }
    }

    private void change(Thing thing, AlertDefinition alert, boolean active, Value value, long time)
            throws StoreException {
        FiredEvent event = event(thing, alert, active ? ALERT : RESET, value, time, "", "");
        OptionalLong entry = store.change(key(thing, alert), active, time, ValueCodec.toBytes(value), writer, event);
        if (entry.isPresent()) {
            log.debug(
                    "Alert {} of {}.{} is {}",
                    alert.name(),
                    thing.name(),
                    alert.property(),
                    active ? "raised" : "reset");
            onChanged.accept(event, entry.getAsLong());
        }
    }

    /**
     * Acknowledges the alerts of a thing that are raised.
     *
     * @param property those of this property; empty for all
     */
    public void acknowledge(Thing thing, String property, String message, String user, long time)
            throws ModelException {
        for (AlertState state : states(thing)) {
            Optional<AlertDefinition> alert = definition(thing, state.key());
            boolean isMeant = property.isEmpty() || property.equals(state.key().property());
            if (isMeant && state.active() && !state.acknowledged() && alert.isPresent()) {
                try {
                    Value value = value(state.value());
                    FiredEvent event = event(thing, alert.get(), ACKNOWLEDGED, value, time, user, message);
                    store.acknowledge(state.key(), user, message, time, writer, event)
                            .ifPresent(entry -> onChanged.accept(event, entry));
                } catch (StoreException e) {
                    throw StoreFailures.translate(e);
                }
            }
        }
    }

    /** Where the alerts of a thing stand that have ever been raised. */
    public List<AlertState> states(Thing thing) throws ModelException {
        try {
            return store.of(thing.id());
        } catch (StoreException e) {
            throw StoreFailures.translate(e);
        }
    }

    /** What has become of the alerts of a thing. */
    public List<AlertRecord> history(Thing thing, long from, long to, boolean oldestFirst, int limit)
            throws ModelException {
        try {
            return store.history(thing.id(), from, to, oldestFirst, limit);
        } catch (StoreException e) {
            throw StoreFailures.translate(e);
        }
    }

    /** Forgets where an alert stands that the thing has no more. */
    public void forget(Thing thing, String property, String alert) throws ModelException {
        try {
            store.forget(new AlertKey(thing.id(), property, alert));
        } catch (StoreException e) {
            throw StoreFailures.translate(e);
        }
    }

    /** The alert as the thing has it. */
    public static Optional<AlertDefinition> definition(Thing thing, AlertKey key) {
        return Optional.ofNullable(
                thing.shape().members().alertsOf(key.property()).get(key.alert()));
    }

    /** A value as the store keeps it. */
    public static Value value(byte[] bytes) {
        try {
            return ValueCodec.read(new WireReader(bytes));
        } catch (CodecException e) {
            throw new IllegalStateException("a value was kept that cannot be read", e);
        }
    }

    private static AlertKey key(Thing thing, AlertDefinition alert) {
        return new AlertKey(thing.id(), alert.property(), alert.name());
    }

    private static FiredEvent event(
            Thing thing, AlertDefinition alert, String name, Value value, long time, String user, String message) {
        List<FieldDefinition> fields = new ArrayList<>(List.of(
                new FieldDefinition("alertName", BaseType.STRING),
                new FieldDefinition("alertType", BaseType.STRING),
                new FieldDefinition("description", BaseType.STRING),
                new FieldDefinition("priority", BaseType.INTEGER),
                new FieldDefinition("property", BaseType.STRING),
                new FieldDefinition("value", value.isNothing() ? BaseType.STRING : value.baseType()),
                new FieldDefinition("ackBy", BaseType.STRING),
                new FieldDefinition("message", BaseType.STRING)));
        Infotable data = new Infotable(
                fields,
                List.of(List.of(
                        Value.string(alert.name()),
                        Value.string(alert.type().title()),
                        Value.string(alert.description()),
                        new Value.Int(alert.priority()),
                        Value.string(alert.property()),
                        value,
                        Value.string(user),
                        Value.string(message))));
        WireWriter bytes = new WireWriter();
        ValueCodec.writeInfotable(bytes, data);
        return new FiredEvent(thing.id(), thing.name(), name, alert.property(), time, bytes.toByteArray());
    }
}
