package org.steadfast.foundation.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.property.Properties;
import org.steadfast.foundation.property.PropertyException;
import org.steadfast.foundation.property.PropertyUpdate;
import org.steadfast.foundation.remote.RemoteBinding;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.security.Right;
import org.steadfast.foundation.security.Rights;
import org.steadfast.protocol.link.LinkFrame.Stamp;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Status;

/** The services that devices call on their own things (device protocol, section 8). */
final class DeviceServices {
    private static final Logger log = LoggerFactory.getLogger(DeviceServices.class);

    private final Properties properties;
    private final PlatformServices platform;
    private final DeviceEvents events;

    DeviceServices(Properties properties, PlatformServices platform, DeviceEvents events) {
        this.properties = properties;
        this.platform = platform;
        this.events = events;
    }

    CompletableFuture<DeviceReply> invoke(
            Principal principal,
            Rights rights,
            Thing thing,
            String service,
            Optional<Infotable> parameters,
            Stamp stamp,
            long receivedAt)
            throws PropertyException, ModelException {
        return switch (service) {
            // Both mean what the device has: nothing of it goes down to the device again, and the device's order holds.
            case "UpdateSubscribedPropertyValues", "UpdatePropertyValues" ->
                principal.readOnly()
                        ? DeviceRequests.failed(Status.FORBIDDEN, "the application key may only read")
                        : updateSubscribed(rights, thing, parameters, stamp, receivedAt);
            case "SetPropertyValues" ->
                principal.readOnly()
                        ? DeviceRequests.failed(Status.FORBIDDEN, "the application key may only read")
                        : setRow(rights, thing, parameters, stamp, receivedAt);
            case "GetPropertySubscriptions" -> done(propertySubscriptions(thing, parameters));
            case "GetEventSubscriptions" -> done(DeviceEvents.subscriptions(thing));
            case "ProcessRemoteEvents" -> events.process(principal, thing, parameters, receivedAt);
            case "GetPropertyValues" ->
                properties.read(thing, readable(rights, thing)).thenApply(DeviceReply::of);
            case "GetNamedPropertyValues" -> {
                List<String> names = names(parameters);
                for (String name : names) {
                    rights.require(Right.PROPERTY_READ, name);
                }
                yield properties.read(thing, names).thenApply(DeviceReply::of);
            }
            // A service of the device itself would go round.
            default ->
                platform.does(thing, service)
                        ? platform.invoke(principal, "Things", thing.name(), service, parameters)
                        : DeviceRequests.failed(
                                Status.NOT_FOUND,
                                "Service [" + service + "] Does Not Exist On Thing [" + thing.name() + "]");
        };
    }

    /** The properties that may be read. */
    static List<String> readable(Rights rights, Thing thing) {
        return thing.properties().keySet().stream()
                .filter(name -> rights.allows(Right.PROPERTY_READ, name))
                .toList();
    }

    static void requireWritable(Rights rights, List<PropertyUpdate> updates) throws ModelException {
        for (PropertyUpdate update : updates) {
            rights.require(Right.PROPERTY_WRITE, update.property());
        }
    }

    private static CompletableFuture<DeviceReply> done(Infotable table) {
        return CompletableFuture.completedFuture(DeviceReply.of(table));
    }

    /**
     * Writes pushed values. A property that the thing no longer has does not keep the device's other values from being written;
     * the push fails only where the thing has none of them.
     */
    private CompletableFuture<DeviceReply> updateSubscribed(
            Rights rights, Thing thing, Optional<Infotable> parameters, Stamp stamp, long receivedAt)
            throws PropertyException, ModelException {
        Infotable table = values(parameters);
        int name = table.indexOf("name");
        int value = table.indexOf("value");
        int time = table.indexOf("time");
        int quality = table.indexOf("quality");
        List<PropertyUpdate> updates = new ArrayList<>(table.rows().size());
        Map<String, FieldDefinition> properties = RemoteBinding.byDeviceNames(thing);
        String unknown = null;
        for (int row = 0; row < table.rows().size(); row++) {
            if (!(table.cell(row, name) instanceof Value.Text property)) {
                throw new PropertyException(
                        PropertyException.Kind.INVALID,
                        "row " + row + " of values has no property name in the field name");
            }
            FieldDefinition meant = properties.get(property.text());
            if (meant == null) {
                unknown = property.text();
                continue;
            }
            updates.add(new PropertyUpdate(
                    meant.name(),
                    table.cell(row, value),
                    table.cell(row, time) instanceof Value.Datetime at ? at.epochMillis() : receivedAt,
                    table.cell(row, quality) instanceof Value.Text text ? text.text() : PropertyUpdate.GOOD));
        }
        if (unknown != null) {
            if (updates.isEmpty()) {
                Properties.require(thing, unknown);
            }
            log.warn(
                    "PROPERTY_UNKNOWN: {} pushes {} which it has no property for; its other values are written",
                    thing.name(),
                    unknown);
        }
        requireWritable(rights, updates);
        return this.properties.write(thing, updates, stamp).thenApply(written -> DeviceReply.success());
    }

    /** Writes one row whose columns are properties. */
    private CompletableFuture<DeviceReply> setRow(
            Rights rights, Thing thing, Optional<Infotable> parameters, Stamp stamp, long receivedAt)
            throws PropertyException, ModelException {
        Infotable row = values(parameters);
        List<PropertyUpdate> updates = new ArrayList<>(row.fields().size());
        for (FieldDefinition field : row.fields()) {
            updates.add(new PropertyUpdate(field.name(), row.first(field.name()), receivedAt, PropertyUpdate.GOOD));
        }
        requireWritable(rights, updates);
        return properties.write(thing, updates, stamp).thenApply(written -> DeviceReply.success());
    }

    private static Infotable values(Optional<Infotable> parameters) throws PropertyException {
        if (parameters.map(table -> table.first("values")).orElse(Value.NOTHING) instanceof Value.Table values) {
            return values.infotable();
        }
        throw new PropertyException(PropertyException.Kind.INVALID, "the parameter values must be an infotable");
    }

    private static List<String> names(Optional<Infotable> parameters) throws PropertyException {
        Value sent = parameters.map(table -> table.first("propertyNames")).orElse(Value.NOTHING);
        List<String> names = new ArrayList<>();
        if (sent instanceof Value.Table table) {
            for (int row = 0; row < table.infotable().rows().size(); row++) {
                if (table.infotable().cell(row, 0) instanceof Value.Text text) {
                    names.add(text.text());
                }
            }
        }
        if (names.isEmpty()) {
            throw new PropertyException(
                    PropertyException.Kind.INVALID, "the parameter propertyNames must be an infotable with names");
        }
        return names;
    }

    /**
     * Every property of the device is pushed as its aspects say; where no property is said to be one of the device, all are. A
     * device that knows no deadband gets VALUE in its place.
     */
    private static Infotable propertySubscriptions(Thing thing, Optional<Infotable> parameters) {
        boolean hasDeadband = parameters
                .map(table -> table.first("options"))
                .filter(Value.Json.class::isInstance)
                .map(options ->
                        ((Value.Json) options).node().path("hasDeadband").asBoolean())
                .orElse(false);
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("edgeName", BaseType.STRING),
                new FieldDefinition("pushType", BaseType.STRING),
                new FieldDefinition("pushThreshold", BaseType.NUMBER));
        boolean someAreRemote = thing.properties().values().stream()
                .anyMatch(property -> RemoteBinding.of(property).isPresent());
        for (FieldDefinition property : thing.properties().values()) {
            Optional<RemoteBinding> binding = RemoteBinding.of(property);
            if (someAreRemote && binding.isEmpty()) {
                continue;
            }
            String pushType = property.aspects().get("pushType") instanceof Value.Text text ? text.text() : "VALUE";
            double threshold =
                    property.aspects().get("pushThreshold") instanceof Value.Number number ? number.number() : 0;
            rows.row(
                    Value.string(binding.map(RemoteBinding::sourceName).orElse(property.name())),
                    Value.string(pushType.equals("DEADBAND") && !hasDeadband ? "VALUE" : pushType),
                    Value.number(threshold));
        }
        return rows.build();
    }

    /** Empty, not absent: one device SDK fails where it gets no infotable. */
}
