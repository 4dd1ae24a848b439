package org.steadfast.foundation.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Names;
import org.steadfast.foundation.model.StoreFailures;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.property.Properties;
import org.steadfast.foundation.property.PropertyException;
import org.steadfast.foundation.property.PropertyUpdate;
import org.steadfast.foundation.query.Query;
import org.steadfast.foundation.query.RowShape;
import org.steadfast.persistence.store.HistoryInterval;
import org.steadfast.persistence.store.HistoryStore;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.TimeRange;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.ValueCodec;

/** What logged properties of a thing were: queried, added to and deleted. */
final class HistoryServices {
    private static final List<String> TYPES = List.of(
            "Boolean",
            "DateTime",
            "Image",
            "InfoTable",
            "Integer",
            "Location",
            "Long",
            "Number",
            "String",
            "ThingCode",
            "Vec2",
            "Vec3",
            "Vec4");
    private static final String QUERIED = "maxItems:NUMBER, startDate:DATETIME, endDate:DATETIME, quality:STRING,"
            + " oldestFirst:BOOLEAN, query:QUERY";
    private static final String MERGED = QUERIED + ", fillOption:STRING, returnedMetadata:STRING) -> result:INFOTABLE";

    private final Model model;
    private final HistoryStore store;
    private final PropertyRights rights;
    private final Clock clock;

    HistoryServices(Model model, HistoryStore store, PropertyRights rights, Clock clock) {
        this.model = model;
        this.store = store;
        this.rights = rights;
        this.clock = clock;
    }

    List<BuiltInService> services() {
        List<BuiltInService> services = new ArrayList<>(List.of(
                BuiltInService.reading(
                        "GetValueStream() -> result:THINGNAME",
                        request -> done(new Value.Text(
                                BaseType.THINGNAME, thing(request).shape().valueStream()))),
                BuiltInService.defining("SetValueStream(name:THINGNAME) -> result:NOTHING", this::keepIn),
                BuiltInService.reading(
                        "QueryPropertyHistory(" + MERGED,
                        request -> merged(request, thing(request).loggedProperties())),
                BuiltInService.reading(
                        "QueryNamedPropertyHistory(propertyNames:INFOTABLE*, " + MERGED,
                        request -> merged(request, names(request, "propertyNames"))),
                BuiltInService.reading(
                        "AggregatePropertyHistory(propertyName:STRING*, startDate:DATETIME, endDate:DATETIME,"
                                + " interval:TIMESPAN*, maxItems:NUMBER) -> result:INFOTABLE",
                        this::aggregate),
                BuiltInService.changing(
                        "PurgePropertyHistory(propertyName:STRING*, startDate:DATETIME, endDate:DATETIME,"
                                + " immediate:BOOLEAN) -> result:NOTHING",
                        request -> purge(
                                request,
                                List.of(property(thing(request), request).name()))),
                BuiltInService.changing(
                        "PurgeAllPropertyHistory(startDate:DATETIME, endDate:DATETIME, immediate:BOOLEAN) ->"
                                + " result:NOTHING",
                        this::purgeAll),
                BuiltInService.changing(
                        "PurgeSelectedPropertyHistory(propertiesToPurge:INFOTABLE*, startDate:DATETIME,"
                                + " endDate:DATETIME, immediate:BOOLEAN) -> result:NOTHING",
                        request -> purge(request, names(request, "propertiesToPurge")))));
        for (String name : TYPES) {
            BaseType type = BaseType.ofName(name).orElseThrow();
            services.add(BuiltInService.reading(
                    "Query" + name + "PropertyHistory(propertyName:STRING*, " + QUERIED + ") -> result:INFOTABLE",
                    request -> single(request, type)));
            services.add(BuiltInService.changing(
                    "Add" + name + "ValueStreamEntry(propertyName:STRING*, value:" + type
                            + "*, timestamp:DATETIME, quality:STRING) -> result:NOTHING",
                    request -> add(request, type)));
        }
        return services;
    }

    private Thing thing(ServiceRequest request) throws ModelException {
        return model.things().require(request.entity());
    }

    private static FieldDefinition property(Thing thing, ServiceRequest request)
            throws ServiceException, PropertyException {
        return Properties.require(thing, request.text("propertyName"));
    }

    /** The property, where a service is for its base type: numbers of all kinds are one to each other. */
    private static FieldDefinition property(Thing thing, ServiceRequest request, BaseType type)
            throws ServiceException, PropertyException {
        FieldDefinition property = property(thing, request);
        // As what it is not a password would be told.
        boolean fits = property.baseType() != BaseType.PASSWORD
                && (property.baseType().form() == type.form() || isNumber(property) && isNumber(type));
        if (!fits) {
            throw request.invalid(
                    "propertyName",
                    "the property " + property.name() + " is a " + property.baseType() + ", and the service is for "
                            + type);
        }
        return property;
    }

    private static boolean isNumber(FieldDefinition property) {
        return isNumber(property.baseType());
    }

    private static boolean isNumber(BaseType type) {
        return type == BaseType.NUMBER || type == BaseType.INTEGER || type == BaseType.LONG;
    }

    /** Names as the first column of an infotable, or as a list. */
    private List<String> names(ServiceRequest request, String parameter)
            throws ServiceException, ModelException, PropertyException {
        JsonNode sent = RowParameters.json(request, parameter);
        List<String> names = new ArrayList<>();
        for (JsonNode row : sent.isArray() ? sent : sent.path("rows")) {
            JsonNode name = row.isTextual() ? row : row.path("name");
            if (name.isMissingNode() && !row.isEmpty()) {
                name = row.elements().next();
            }
            names.add(name.asText());
        }
        if (names.isEmpty()) {
            throw request.invalid(parameter, "must be an infotable with the name of a property in each row");
        }
        Thing thing = thing(request);
        for (String name : names) {
            var unused = Properties.require(thing, name);
        }
        return names;
    }

    private CompletionStage<ServiceResult> keepIn(ServiceRequest request) throws Exception {
        String name = request.text("name", "");
        if (!name.isEmpty()) {
            Names.check("name", name);
        }
        return ServiceResult.of(
                model.update(new EntityRef(EntityType.THING, request.entity()), Optional.empty(), entity -> {
                    ObjectNode other = entity.other().deepCopy();
                    other.put("valueStream", name);
                    return entity.change().other(other).build();
                }));
    }

    private CompletionStage<ServiceResult> single(ServiceRequest request, BaseType type) throws Exception {
        Thing thing = thing(request);
        FieldDefinition property = property(thing, request, type);
        rights.requireReadable(request, thing, property.name());
        FieldDefinition value = new FieldDefinition("value", "", type, property.aspects());
        HistoryTable table = HistoryTable.single(property.name(), value);
        return query(request, thing, List.of(property.name()), table);
    }

    /** What may not be read is left out, and cannot be asked for in a filter either. */
    private CompletionStage<ServiceResult> merged(ServiceRequest request, List<String> asked) throws Exception {
        Thing thing = thing(request);
        List<String> properties = rights.readable(request, thing, asked);
        String fill = request.text("fillOption", "NONE");
        if (!fill.isEmpty() && !fill.equalsIgnoreCase("NONE")) {
            throw request.invalid("fillOption", "there is NONE only, not [" + fill + "]");
        }
        Map<String, FieldDefinition> fields = new LinkedHashMap<>();
        for (String name : properties) {
            fields.put(name, Properties.require(thing, name));
        }
        return query(request, thing, properties, HistoryTable.merged(List.copyOf(fields.values())));
    }

    private CompletionStage<ServiceResult> query(
            ServiceRequest request, Thing thing, List<String> properties, HistoryTable table) throws Exception {
        Query query = RowParameters.query(request, RowShape.of(table.fields()));
        TimeRange range = RowParameters.range(request);
        boolean oldestFirst = request.flag("oldestFirst", false);
        String quality = request.text("quality", "");
        HistoryCollector collector = new HistoryCollector(table, query, quality, Bounds.maxItems(request));
        if (!thing.shape().valueStream().isEmpty() && !properties.isEmpty()) {
            run(() -> {
                store.scan(thing.id(), properties, range, oldestFirst, collector::take);
                return null;
            });
        }
        if (collector.hasGivenUp()) {
            throw request.invalid(
                    "query",
                    "more than " + Bounds.MOST_REJECTED
                            + " entries had to be looked at; startDate and endDate narrow it");
        }
        if (collector.isTooLarge()) {
            throw new ServiceException(
                    ServiceException.Kind.UNAVAILABLE,
                    request.service() + ": the values are more than " + Bounds.MOST_MEGABYTES
                            + " MB; ask for fewer rows, by maxItems or by startDate and endDate");
        }
        return done(new Value.Table(collector.result(request)));
    }

    private CompletionStage<ServiceResult> aggregate(ServiceRequest request) throws Exception {
        Thing thing = thing(request);
        FieldDefinition property = property(thing, request, BaseType.NUMBER);
        rights.requireReadable(request, thing, property.name());
        long millis = request.value("interval", BaseType.TIMESPAN)
                .map(value -> ((Value.Timespan) value).millis())
                .filter(length -> length > 0)
                .orElseThrow(() -> request.invalid("interval", "must be the milliseconds of an interval, 1 or more"));
        TimeRange range = RowParameters.range(request);
        int most = Bounds.maxItems(request);
        List<HistoryInterval> intervals = thing.shape().valueStream().isEmpty()
                ? List.of()
                : run(() -> store.aggregate(thing.id(), property.name(), range, millis, most));
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("timestamp", BaseType.DATETIME),
                new FieldDefinition("count", BaseType.LONG),
                new FieldDefinition("min", BaseType.NUMBER),
                new FieldDefinition("max", BaseType.NUMBER),
                new FieldDefinition("average", BaseType.NUMBER),
                new FieldDefinition("first", BaseType.NUMBER),
                new FieldDefinition("last", BaseType.NUMBER));
        for (HistoryInterval interval : intervals) {
            rows.row(
                    new Value.Datetime(interval.start()),
                    new Value.Long(interval.count()),
                    Value.number(interval.minimum()),
                    Value.number(interval.maximum()),
                    Value.number(interval.average()),
                    Value.number(interval.first()),
                    Value.number(interval.last()));
        }
        return done(new Value.Table(rows.build()));
    }

    private CompletionStage<ServiceResult> add(ServiceRequest request, BaseType type) throws Exception {
        Thing thing = thing(request);
        FieldDefinition property = property(thing, request, type);
        rights.requireWritable(request, thing, List.of(property.name()));
        if (thing.shape().valueStream().isEmpty()) {
            throw new ServiceException(
                    ServiceException.Kind.INVALID,
                    "the thing [" + thing.name() + "] has no value stream; the service SetValueStream gives it one");
        }
        Value value = request.value("value", property.baseType())
                .orElseThrow(() -> request.invalid("value", "must be given"));
        Names.requireStorable("quality", request.parameters().path("quality"));
        String quality = request.text("quality", "");
        ValueWrite entry = new ValueWrite(
                new PropertyKey(thing.id(), property.name()),
                ValueCodec.toBytes(value),
                RowParameters.time(request, "timestamp", clock.millis()),
                quality.isEmpty() ? PropertyUpdate.GOOD : quality,
                0,
                0);
        run(() -> {
            store.append(List.of(entry));
            return null;
        });
        return CompletableFuture.completedFuture(ServiceResult.NOTHING);
    }

    private CompletionStage<ServiceResult> purge(ServiceRequest request, List<String> properties) throws Exception {
        Thing thing = thing(request);
        rights.requireWritable(request, thing, properties);
        return purge(request, thing, properties);
    }

    /** Properties that are logged no more have a history too, so all of them must be writable. */
    private CompletionStage<ServiceResult> purgeAll(ServiceRequest request) throws Exception {
        Thing thing = thing(request);
        rights.requireWritable(request, thing, thing.properties().keySet());
        return purge(request, thing, List.of());
    }

    private CompletionStage<ServiceResult> purge(ServiceRequest request, Thing thing, List<String> properties)
            throws Exception {
        TimeRange range = RowParameters.range(request);
        run(() -> store.purge(thing.id(), properties, range));
        return CompletableFuture.completedFuture(ServiceResult.NOTHING);
    }

    /** Asks the store. */
    @FunctionalInterface
    private interface Asking<T> {
        T ask() throws StoreException;
    }

    private static <T> T run(Asking<T> asking) throws ModelException {
        try {
            return asking.ask();
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.UNAVAILABLE || e.kind() == StoreException.Kind.REFUSED) {
                // Which may be another one than that of everything else.
                throw new ModelException(ModelException.Kind.UNAVAILABLE, "the database of history does not answer", e);
            }
            throw StoreFailures.translate(e);
        }
    }

    private static CompletionStage<ServiceResult> done(Value value) {
        return CompletableFuture.completedFuture(ServiceResult.of(value));
    }
}
