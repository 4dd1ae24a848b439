package org.steadfast.foundation.service;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.property.Properties;
import org.steadfast.foundation.property.PropertyException;
import org.steadfast.foundation.property.PropertyUpdate;
import org.steadfast.foundation.property.SentValues;
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

    /** What the reference says of a value that nobody has set. */
    private static final String NEVER_SET = "UNVALIDATED";

    private static final List<FieldDefinition> VALUE_TIME_QUALITY = List.of(
            new FieldDefinition("name", BaseType.STRING),
            new FieldDefinition("value", BaseType.VARIANT),
            new FieldDefinition("time", BaseType.DATETIME),
            new FieldDefinition("quality", BaseType.STRING));

    private final Model model;
    private final Properties properties;
    private final PropertyRights rights;
    private final AuthorizedProperties seen;
    private final SentValues sent;
    private final Clock clock;

    PropertyServices(
            Model model, Properties properties, PropertyRights rights, AuthorizedProperties seen, Clock clock) {
        this.model = model;
        this.properties = properties;
        this.rights = rights;
        this.seen = seen;
        this.sent = new SentValues(model);
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
                BuiltInService.reading("GetPropertyQuality(propertyName:STRING*) -> result:STRING", this::quality),
                BuiltInService.reading(
                        "GetPropertyValuesVTQ() -> result:INFOTABLE",
                        request -> rows(request, readable(request), VALUE_TIME_QUALITY)),
                BuiltInService.reading(
                        "GetNamedPropertyValuesVTQ(propertyNames:INFOTABLE) -> result:INFOTABLE",
                        request -> rows(request, requireReadable(request), VALUE_TIME_QUALITY)),
                BuiltInService.reading(
                        "GetPropertyValuesAsMultiRowTable() -> result:INFOTABLE",
                        request -> rows(request, readable(request), withDescriptions())),
                BuiltInService.reading(
                        "HavePropertiesChangedSince(timestamp:DATETIME*) -> result:BOOLEAN", this::haveChanged),
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
        FieldDefinition property = thing.properties().get(name);
        if (property != null && property.baseType() == BaseType.PASSWORD) {
            throw request.invalid("propertyName", "[" + name + "] is a PASSWORD, which is not told as a " + type);
        }
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

    private List<FieldDefinition> readable(ServiceRequest request) throws ModelException {
        Thing thing = thing(request);
        return rights.readable(request, thing, thing.properties().keySet()).stream()
                .map(thing.properties()::get)
                .toList();
    }

    private List<FieldDefinition> requireReadable(ServiceRequest request) throws Exception {
        Thing thing = thing(request);
        List<String> names = names(request);
        seen.requireReadable(request.principal(), thing, names);
        List<FieldDefinition> definitions = new ArrayList<>();
        for (String name : names) {
            definitions.add(Properties.require(thing, name));
        }
        return definitions;
    }

    private static List<FieldDefinition> withDescriptions() {
        List<FieldDefinition> fields = new ArrayList<>(VALUE_TIME_QUALITY);
        fields.add(1, new FieldDefinition("description", BaseType.STRING));
        fields.add(2, new FieldDefinition("baseType", BaseType.BASETYPENAME));
        return fields;
    }

    /** A row for each property; one that nobody has set has its default value, and no time. */
    private CompletionStage<ServiceResult> rows(
            ServiceRequest request, List<FieldDefinition> definitions, List<FieldDefinition> columns)
            throws ModelException {
        return present(thing(request), definitions).thenApply(present -> {
            List<List<Value>> rows = new ArrayList<>(definitions.size());
            for (FieldDefinition definition : definitions) {
                Optional<PropertyUpdate> set = Optional.ofNullable(present.get(definition.name()));
                rows.add(columns.stream()
                        .map(column -> cell(column.name(), definition, set))
                        .toList());
            }
            return table(new Infotable(columns, rows));
        });
    }

    private static Value cell(String column, FieldDefinition property, Optional<PropertyUpdate> set) {
        return switch (column) {
            case "name" -> Value.string(property.name());
            case "description" -> Value.string(property.description());
            case "baseType" ->
                new Value.Text(BaseType.BASETYPENAME, property.baseType().name());
            case "value" ->
                new Value.Variant(set.map(PropertyUpdate::value).orElseGet(() -> Properties.unset(property)));
            case "time" ->
                set.map(value -> (Value) new Value.Datetime(value.time())).orElse(Value.NOTHING);
            case "quality" -> Value.string(set.map(PropertyUpdate::quality).orElse(NEVER_SET));
            default -> throw new IllegalArgumentException("properties have no " + column);
        };
    }

    private CompletionStage<Map<String, PropertyUpdate>> present(Thing thing, List<FieldDefinition> definitions) {
        return properties.present(thing, definitions).thenApply(found -> {
            Map<String, PropertyUpdate> byName = new HashMap<>();
            found.forEach(value -> byName.put(value.property(), value));
            return byName;
        });
    }

    private CompletionStage<ServiceResult> quality(ServiceRequest request) throws Exception {
        Thing thing = thing(request);
        String name = request.text("propertyName");
        seen.requireReadable(request.principal(), thing, List.of(name));
        return present(thing, List.of(Properties.require(thing, name)))
                .thenApply(found -> ServiceResult.of(
                        Value.string(found.containsKey(name) ? found.get(name).quality() : NEVER_SET)));
    }

    private CompletionStage<ServiceResult> haveChanged(ServiceRequest request) throws Exception {
        long since = request.value("timestamp", BaseType.DATETIME)
                .map(value -> ((Value.Datetime) value).epochMillis())
                .orElseThrow(() -> request.invalid("timestamp", "must be given"));
        return present(thing(request), readable(request))
                .thenApply(found -> ServiceResult.of(
                        new Value.Bool(found.values().stream().anyMatch(value -> value.time() > since))));
    }

    /** Names as a list, as the rows of a table, or as the columns of one without rows. */
    private static List<String> names(ServiceRequest request) throws ServiceException {
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
        return names;
    }

    private CompletionStage<ServiceResult> named(ServiceRequest request) throws Exception {
        List<String> names = names(request);
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
        return seen.write(request.principal(), thing, sent.updates(thing, row, clock.millis()))
                .thenApply(written -> ServiceResult.NOTHING);
    }

    /** Rows of name, time, quality and value. */
    private CompletionStage<ServiceResult> update(ServiceRequest request) throws Exception {
        Thing thing = thing(request);
        Infotable values;
        try {
            values = InfotableJson.read(request.parameters().path("values"), VALUE_TIME_QUALITY);
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
