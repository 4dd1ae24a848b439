package org.steadfast.foundation.service;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.steadfast.foundation.model.BuiltIns;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityJson;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.EventDefinition;
import org.steadfast.foundation.model.Members;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.ServiceDefinition;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** Tells what things, templates and shapes can do, and from which template or shape they have it. */
final class DefinitionServices {
    private static final List<FieldDefinition> SERVICE_COLUMNS = List.of(
            new FieldDefinition("name", BaseType.STRING),
            new FieldDefinition("description", BaseType.STRING),
            new FieldDefinition("category", BaseType.STRING),
            new FieldDefinition("baseType", BaseType.BASETYPENAME),
            new FieldDefinition("dataShape", BaseType.DATASHAPENAME),
            new FieldDefinition("sourceType", BaseType.STRING),
            new FieldDefinition("sourceName", BaseType.STRING));
    private static final List<FieldDefinition> EVENT_COLUMNS = List.of(
            new FieldDefinition("name", BaseType.STRING),
            new FieldDefinition("description", BaseType.STRING),
            new FieldDefinition("category", BaseType.STRING),
            new FieldDefinition("dataShape", BaseType.DATASHAPENAME),
            new FieldDefinition("sourceType", BaseType.STRING),
            new FieldDefinition("sourceName", BaseType.STRING));

    private final Model model;
    private final Supplier<ServiceTable> table;

    /** @param table all services of the platform; asked for when somebody calls */
    DefinitionServices(Model model, Supplier<ServiceTable> table) {
        this.model = model;
        this.table = table;
    }

    List<BuiltInService> services(EntityType type) {
        List<BuiltInService> services = new ArrayList<>(List.of(
                BuiltInService.reading(
                        "GetPropertyDefinition(name:STRING*) -> result:INFOTABLE",
                        request -> table(FieldTable.of(List.of(named(
                                type,
                                request,
                                "Property",
                                members(type, request).properties()))))),
                BuiltInService.reading(
                        "GetServiceDefinition(name:STRING*) -> result:INFOTABLE",
                        request -> services(
                                type,
                                request,
                                List.of(named(type, request, "Service", allServices(entity(type, request)))))),
                BuiltInService.reading(
                        "GetServiceDefinitions(category:STRING, type:BASETYPENAME, dataShape:DATASHAPENAME) ->"
                                + " result:INFOTABLE",
                        request -> services(type, request, wantedServices(type, request))),
                BuiltInService.reading(
                        "GetEventDefinition(name:STRING*) -> result:INFOTABLE",
                        request -> events(
                                type,
                                request,
                                List.of(named(
                                        type,
                                        request,
                                        "Event",
                                        members(type, request).events())))),
                BuiltInService.reading(
                        "GetEventDefinitions(category:STRING, dataShape:DATASHAPENAME) -> result:INFOTABLE",
                        request -> events(type, request, wantedEvents(type, request))),
                BuiltInService.reading("GetMetadataAsJSON() -> result:JSON", request -> {
                    Entity entity = entity(type, request);
                    return json(EntityJson.toMetadata(
                            entity,
                            model.effective(entity).members(),
                            table.get().definitions(type.collection(), entity.name())));
                }),
                BuiltInService.reading("GetInstanceMetadataAsJSON() -> result:JSON", request -> {
                    Entity entity = entity(type, request);
                    return json(EntityJson.toMetadata(
                            entity, model.effective(entity).members(), ofThings(entity)));
                })));
        if (type != EntityType.THING_SHAPE) {
            services.add(BuiltInService.reading(
                    "GetImplementedShapes() -> result:INFOTABLE",
                    request -> shapes(model.effective(entity(type, request)).lineage().stream()
                            .filter(ref -> ref.type() == EntityType.THING_SHAPE)
                            .map(EntityRef::name)
                            .sorted()
                            .toList())));
            services.add(BuiltInService.reading(
                    "GetLocallyImplementedShapes() -> result:INFOTABLE",
                    request -> shapes(entity(type, request).shapes())));
        }
        return services;
    }

    private Entity entity(EntityType type, ServiceRequest request) throws ModelException {
        return model.require(new EntityRef(type, request.entity()));
    }

    private Members members(EntityType type, ServiceRequest request) throws ModelException {
        return model.effective(entity(type, request)).members();
    }

    /** What the platform does for the things that come from an entity, or for the thing itself. */
    private Map<String, ServiceDefinition> ofThings(Entity entity) throws ModelException {
        Map<String, ServiceDefinition> all =
                new LinkedHashMap<>(table.get().definitions(EntityType.THING.collection(), ""));
        all.putAll(table.get().definitions(model.effective(entity)));
        return all;
    }

    private Map<String, ServiceDefinition> allServices(Entity entity) throws ModelException {
        Map<String, ServiceDefinition> all =
                new LinkedHashMap<>(model.effective(entity).members().services());
        all.putAll(platformServices(entity));
        return all;
    }

    private Map<String, ServiceDefinition> platformServices(Entity entity) throws ModelException {
        return entity.type() == EntityType.THING
                ? ofThings(entity)
                : table.get().definitions(entity.type().collection(), entity.name());
    }

    private static <T> T named(EntityType type, ServiceRequest request, String kind, Map<String, T> members)
            throws ServiceException {
        String name = request.text("name");
        T member = members.get(name);
        if (member == null) {
            throw new ServiceException(
                    ServiceException.Kind.NOT_FOUND,
                    kind + " [" + name + "] Does Not Exist On " + type.singular() + " [" + request.entity() + "]");
        }
        return member;
    }

    private List<ServiceDefinition> wantedServices(EntityType type, ServiceRequest request) throws Exception {
        String category = request.text("category", "");
        String baseType = request.text("type", "");
        String dataShape = request.text("dataShape", "");
        return allServices(entity(type, request)).values().stream()
                .filter(service -> category.isEmpty() || service.category().equals(category))
                .filter(service ->
                        baseType.isEmpty() || service.result().baseType().name().equals(baseType))
                .filter(service -> dataShape.isEmpty() || dataShape(service).equals(dataShape))
                .toList();
    }

    private List<EventDefinition> wantedEvents(EntityType type, ServiceRequest request) throws Exception {
        String category = request.text("category", "");
        String dataShape = request.text("dataShape", "");
        return members(type, request).events().values().stream()
                .filter(event -> category.isEmpty() || event.category().equals(category))
                .filter(event -> dataShape.isEmpty() || event.dataShape().equals(dataShape))
                .toList();
    }

    private static String dataShape(ServiceDefinition service) {
        return service.result().aspects().get("dataShape") instanceof Value.Text shape ? shape.text() : "";
    }

    private CompletionStage<ServiceResult> services(
            EntityType type, ServiceRequest request, List<ServiceDefinition> services) throws ModelException {
        Entity entity = entity(type, request);
        Map<String, ServiceDefinition> ofPlatform = platformServices(entity);
        List<List<Value>> rows = new ArrayList<>();
        for (ServiceDefinition service : services) {
            List<Value> row = new ArrayList<>(List.of(
                    Value.string(service.name()),
                    Value.string(service.description()),
                    Value.string(service.category()),
                    new Value.Text(
                            BaseType.BASETYPENAME, service.result().baseType().name()),
                    new Value.Text(BaseType.DATASHAPENAME, dataShape(service))));
            row.addAll(
                    ofPlatform.containsKey(service.name())
                            ? source(Optional.of(new EntityRef(EntityType.THING_TEMPLATE, BuiltIns.GENERIC_THING)))
                            : source(source(entity, service.name(), Members::services)));
            rows.add(row);
        }
        return table(new Infotable(SERVICE_COLUMNS, rows));
    }

    private CompletionStage<ServiceResult> events(EntityType type, ServiceRequest request, List<EventDefinition> events)
            throws ModelException {
        Entity entity = entity(type, request);
        List<List<Value>> rows = new ArrayList<>();
        for (EventDefinition event : events) {
            List<Value> row = new ArrayList<>(List.of(
                    Value.string(event.name()),
                    Value.string(event.description()),
                    Value.string(event.category()),
                    new Value.Text(BaseType.DATASHAPENAME, event.dataShape())));
            row.addAll(source(source(entity, event.name(), Members::events)));
            rows.add(row);
        }
        return table(new Infotable(EVENT_COLUMNS, rows));
    }

    /** The nearest template or shape that defines a member; empty where the entity does itself. */
    private Optional<EntityRef> source(Entity entity, String member, Function<Members, Map<String, ?>> of)
            throws ModelException {
        Entity at = entity;
        while (true) {
            if (of.apply(at.members()).containsKey(member)) {
                return Optional.of(at.ref()).filter(ref -> !ref.equals(entity.ref()));
            }
            // Of several shapes the last one stands before the others.
            for (int i = at.shapes().size() - 1; i >= 0; i--) {
                EntityRef shape =
                        new EntityRef(EntityType.THING_SHAPE, at.shapes().get(i));
                if (of.apply(model.require(shape).members()).containsKey(member)) {
                    return Optional.of(shape);
                }
            }
            if (at.parent().isEmpty()) {
                return Optional.empty();
            }
            at = model.require(new EntityRef(EntityType.THING_TEMPLATE, at.parent()));
        }
    }

    private static List<Value> source(Optional<EntityRef> source) {
        return source.isEmpty()
                ? List.of(Value.NOTHING, Value.NOTHING)
                : List.of(
                        Value.string(source.get().type().singular()),
                        Value.string(source.get().name()));
    }

    private static CompletionStage<ServiceResult> shapes(List<String> names) {
        Infotable.Builder rows = new Infotable.Builder(new FieldDefinition("name", BaseType.THINGSHAPENAME));
        names.forEach(name -> rows.row(new Value.Text(BaseType.THINGSHAPENAME, name)));
        return table(rows.build());
    }

    private static CompletionStage<ServiceResult> table(Infotable table) {
        return CompletableFuture.completedFuture(ServiceResult.of(new Value.Table(table)));
    }

    private static CompletionStage<ServiceResult> json(String text) {
        try {
            return CompletableFuture.completedFuture(ServiceResult.of(new Value.Json(BaseType.JSON, Json.read(text))));
        } catch (InvalidValueException e) {
            throw new IllegalStateException("what was written cannot be read", e);
        }
    }
}
