package org.steadfast.foundation.service;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.property.Properties;
import org.steadfast.foundation.property.PropertyException;
import org.steadfast.foundation.property.PropertyUpdate;
import org.steadfast.foundation.security.AuthorizedProperties;
import org.steadfast.protocol.json.InfotableJson;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** Values of properties: read alone, several or all, written several at once. */
final class PropertyServices {
    private static final List<String> TYPES = List.of(
            "Boolean",
            "DateTime",
            "Image",
            "Integer",
            "Location",
            "Long",
            "Number",
            "String",
            "ThingCode",
            "Vec2",
            "Vec3",
            "Vec4");

    private final Model model;
    private final Properties properties;
    private final AuthorizedProperties seen;
    private final Clock clock;

    PropertyServices(Model model, Properties properties, AuthorizedProperties seen, Clock clock) {
        this.model = model;
        this.properties = properties;
        this.seen = seen;
        this.clock = clock;
    }

    List<BuiltInService> services() {
        List<BuiltInService> services = new ArrayList<>(List.of(
                BuiltInService.reading(
                        "GetPropertyValues() -> result:INFOTABLE",
                        request -> seen.readAll(request.principal(), thing(request))
                                .thenApply(PropertyServices::table)),
                BuiltInService.reading("GetNamedProperties(propertyNames:JSON) -> result:INFOTABLE", this::named),
                BuiltInService.reading(
                        "GetNamedPropertyValues(propertyNames:INFOTABLE) -> result:INFOTABLE", this::named),
                BuiltInService.reading("GetPropertyTime(propertyName:STRING*) -> result:DATETIME", request -> {
                    Thing thing = thing(request);
                    seen.requireReadable(request.principal(), thing, List.of(request.text("propertyName")));
                    return properties
                            .time(thing, Properties.require(thing, request.text("propertyName")))
                            .thenApply(time -> ServiceResult.of(time.map(at -> (Value) new Value.Datetime(at))
                                    .orElse(Value.NOTHING)));
                }),
                BuiltInService.changing("SetPropertyValues(values:INFOTABLE*) -> result:NOTHING", this::setRow),
                BuiltInService.changing("UpdatePropertyValues(values:INFOTABLE*) -> result:NOTHING", this::update)));
        for (String type : TYPES) {
            BaseType base = BaseType.ofName(type).orElseThrow();
            services.add(BuiltInService.reading(
                    "Get" + type + "PropertyValue(propertyName:STRING*) -> result:" + base,
                    request -> single(request, base)));
        }
        return services;
    }

    private Thing thing(ServiceRequest request) throws ModelException {
        return model.things().require(request.entity());
    }

    private static ServiceResult table(Infotable table) {
        return ServiceResult.of(new Value.Table(table));
    }

    private CompletionStage<ServiceResult> single(ServiceRequest request, BaseType type) throws Exception {
        Thing thing = thing(request);
        String name = request.text("propertyName");
        return seen.read(request.principal(), thing, name).thenCompose(found -> {
            try {
                FieldDefinition wanted = new FieldDefinition(name, type);
                return CompletableFuture.completedFuture(
                        ServiceResult.of(Properties.coerce(thing, wanted, found.first(name))));
            } catch (PropertyException e) {
                return CompletableFuture.failedFuture(e);
            }
        });
    }

    /** Names as a list, as the rows of a table, or as the columns of one without rows. */
    private CompletionStage<ServiceResult> named(ServiceRequest request) throws Exception {
        JsonNode sent = request.parameters().path("propertyNames");
        List<String> names = new ArrayList<>();
        for (JsonNode entry : sent.isArray() ? sent : sent.path("rows")) {
            if (entry.isTextual()) {
                names.add(entry.textValue());
            } else {
                entry.properties().stream()
                        .findFirst()
                        .ifPresent(cell -> names.add(cell.getValue().asText()));
            }
        }
        if (names.isEmpty()) {
            sent.path("dataShape").path("fieldDefinitions").fieldNames().forEachRemaining(names::add);
        }
        if (names.isEmpty()) {
            throw request.invalid("propertyNames", "must be an infotable with one name in each row");
        }
        Thing thing = thing(request);
        seen.requireReadable(request.principal(), thing, names);
        if (thing.properties().keySet().containsAll(names)) {
            return properties.read(thing, names).thenApply(PropertyServices::table);
        }
        // Those of the connection are no properties of the definition.
        return seen.readAll(request.principal(), thing).thenCompose(all -> {
            List<FieldDefinition> fields = new ArrayList<>();
            List<Value> row = new ArrayList<>();
            for (String name : names) {
                if (all.indexOf(name) < 0) {
                    return CompletableFuture.failedFuture(new PropertyException(
                            PropertyException.Kind.NOT_FOUND,
                            "Property [" + name + "] Does Not Exist On Thing [" + thing.name() + "]"));
                }
                fields.add(all.fields().get(all.indexOf(name)));
                row.add(all.first(name));
            }
            return CompletableFuture.completedFuture(table(new Infotable(fields, List.of(row))));
        });
    }

    /** One row whose columns are properties. */
    private CompletionStage<ServiceResult> setRow(ServiceRequest request) throws Exception {
        Thing thing = thing(request);
        JsonNode row = request.parameters().path("values").path("rows").path(0);
        if (!row.isObject()) {
            throw request.invalid("values", "must be an infotable of one row whose columns are properties");
        }
        List<PropertyUpdate> updates = new ArrayList<>();
        for (var entry : row.properties()) {
            updates.add(Properties.update(thing, entry.getKey(), entry.getValue(), clock.millis()));
        }
        return seen.write(request.principal(), thing, updates).thenApply(written -> ServiceResult.NOTHING);
    }

    /** Rows of name, time, quality and value. */
    private CompletionStage<ServiceResult> update(ServiceRequest request) throws Exception {
        Thing thing = thing(request);
        List<FieldDefinition> shape = List.of(
                new FieldDefinition("name", BaseType.STRING),
                new FieldDefinition("value", BaseType.VARIANT),
                new FieldDefinition("time", BaseType.DATETIME),
                new FieldDefinition("quality", BaseType.STRING));
        Infotable values;
        try {
            values = InfotableJson.read(request.parameters().path("values"), shape);
        } catch (InvalidValueException e) {
            throw new ServiceException(ServiceException.Kind.INVALID, "parameter values: " + e.getMessage(), e);
        }
        List<PropertyUpdate> updates = new ArrayList<>();
        for (int row = 0; row < values.rows().size(); row++) {
            if (!(values.cell(row, "name") instanceof Value.Text name)) {
                throw request.invalid("values", "row " + row + " has no property name in the field name");
            }
            updates.add(new PropertyUpdate(
                    name.text(),
                    values.cell(row, "value"),
                    values.cell(row, "time") instanceof Value.Datetime at ? at.epochMillis() : clock.millis(),
                    values.cell(row, "quality") instanceof Value.Text text
                                    && !text.text().isEmpty()
                            ? text.text()
                            : PropertyUpdate.GOOD));
        }
        return seen.write(request.principal(), thing, updates).thenApply(written -> ServiceResult.NOTHING);
    }
}
