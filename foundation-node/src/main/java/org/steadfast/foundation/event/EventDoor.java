package org.steadfast.foundation.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.EventDefinition;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.security.Authority;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.service.ServiceException;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/**
 * Takes events from outside: finds out which event of the thing is meant, and reads what it brings. Safe for use by several threads.
 */
public final class EventDoor {
    private final Model model;
    private final EventSink sink;
    private final Authority authority;

    public EventDoor(Model model, EventSink sink, Authority authority) {
        this.model = model;
        this.sink = sink;
        this.authority = authority;
    }

    /**
     * Fires an event.
     *
     * @param data the fields of the event's data shape by name; others are ignored
     * @return completes when the event is taken
     */
    public CompletionStage<Void> fire(Thing thing, String event, ObjectNode data, long time, Principal principal)
            throws Exception {
        var unused = authority.of(principal, thing).requireVisible();
        EventDefinition definition = thing.shape().members().events().get(event);
        if (definition == null) {
            throw unknown(thing, event);
        }
        List<FieldDefinition> fields = fields(definition);
        List<Value> row = new ArrayList<>(fields.size());
        for (FieldDefinition field : fields) {
            try {
                row.add(ValueJson.read(data.path(field.name()), field.baseType()));
            } catch (InvalidValueException e) {
                throw new ServiceException(
                        ServiceException.Kind.INVALID,
                        "field " + field.name() + " of event " + event + ": " + e.getMessage(),
                        e);
            }
        }
        return fire(thing, definition, new Infotable(fields, List.of(row)), time, principal);
    }

    /**
     * Fires an event that the thing's device tells of.
     *
     * @param event what the device calls it
     * @param data as the device sent it
     */
    public CompletionStage<Void> fireByDevice(Thing thing, String event, Infotable data, long time, Principal principal)
            throws Exception {
        return fire(thing, requireOfDevice(thing, event), data, time, principal);
    }

    /**
     * The event of a thing that its device calls so, or that has this name itself.
     *
     * @throws ServiceException where there is none
     */
    public EventDefinition requireOfDevice(Thing thing, String event) throws ServiceException {
        for (EventDefinition each : thing.shape().members().events().values()) {
            if (each.remoteName().equals(event)) {
                return each;
            }
        }
        EventDefinition named = thing.shape().members().events().get(event);
        if (named == null) {
            throw unknown(thing, event);
        }
        return named;
    }

    private CompletionStage<Void> fire(
            Thing thing, EventDefinition definition, Infotable data, long time, Principal principal) throws Exception {
        if (principal.readOnly()) {
            throw new ServiceException(
                    ServiceException.Kind.NOT_ALLOWED,
                    "Not authorized for EventInvoke on " + definition.name() + " in " + thing.name()
                            + ": the application key may only read");
        }
        return sink.fire(thing, definition.name(), data, time, principal);
    }

    private List<FieldDefinition> fields(EventDefinition definition) throws ModelException {
        return definition.dataShape().isEmpty()
                ? List.of()
                : model.dataShape(definition.dataShape()).orElse(List.of());
    }

    private static ServiceException unknown(Thing thing, String event) {
        return new ServiceException(
                ServiceException.Kind.NOT_FOUND,
                "Event [" + event + "] Does Not Exist On Thing [" + thing.name() + "]");
    }
}
