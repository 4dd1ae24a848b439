package org.steadfast.foundation.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityJson;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.EventDefinition;
import org.steadfast.foundation.model.Members;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.ServiceDefinition;
import org.steadfast.foundation.security.AuthorizedModel;
import org.steadfast.foundation.service.FieldTable;
import org.steadfast.foundation.service.ServiceRequest;
import org.steadfast.foundation.service.ServiceResult;
import org.steadfast.foundation.service.Services;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** Services, and what entities can do: their definitions of properties, services and events. */
final class ServiceRoutes {
    /** Collections of what has services and is no entity. */
    static final List<String> WITHOUT_ENTITIES = List.of("Resources", "Subsystems", "Logs");
    /** What an address may say of the request itself. */
    private static final Set<String> NO_PARAMETERS =
            Set.of("appKey", "userid", "password", "method", "Accept", "Content-Type", "x-thingworx-session", "_");

    private final Model model;
    private final AuthorizedModel entities;
    private final Services services;

    ServiceRoutes(Model model, AuthorizedModel entities, Services services) {
        this.entities = entities;
        this.model = model;
        this.services = services;
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        for (String collection : WITHOUT_ENTITIES) {
            routes.add(invoking(collection));
            routes.add(reading(
                    collection + "/{entity}/ServiceDefinitions",
                    about(collection, "Lists the services").giving("Names", Schemas.nameRows()),
                    exchange -> done(names(services.builtIn(collection, exchange.path("entity"))))));
            routes.add(reading(
                    collection + "/{entity}/ServiceDefinitions/{service}",
                    definition(collection),
                    exchange -> definition(exchange, services.builtIn(collection, exchange.path("entity")))));
        }
        routes.add(reading(
                "Things/{entity}/PropertiesVTQ",
                about("Things", "Gives values, times and qualities of all properties")
                        .giving("What the service GetPropertyValuesVTQ gives", Schemas.infotable()),
                exchange -> call("Things", "GetPropertyValuesVTQ", exchange, JsonNodeFactory.instance.objectNode())));
        routes.add(reading(
                "Things/{entity}/PropertiesVTQ/{property}",
                about("Things", "Gives value, time and quality of a property")
                        .path("property", "Its name")
                        .giving("What the service GetNamedPropertyValuesVTQ gives", Schemas.infotable()),
                exchange -> call("Things", "GetNamedPropertyValuesVTQ", exchange, named(exchange.path("property")))));
        for (EntityType type : EntityType.values()) {
            String entity = type.collection() + "/{entity}";
            routes.add(invoking(type.collection()));
            for (String listing : List.of("ServiceDefinitions", "Services")) {
                routes.add(reading(
                        entity + "/" + listing,
                        about(type.collection(), "Lists the services, those of the platform included")
                                .giving("Names", Schemas.nameRows()),
                        exchange -> done(names(services(entity(type, exchange))))));
            }
            routes.add(reading(
                    entity + "/ServiceDefinitions/{service}",
                    definition(type.collection()),
                    exchange -> definition(exchange, services(entity(type, exchange)))));
            if (type.hasMembers()) {
                routes.add(reading(
                        entity + "/PropertyDefinitions/{property}",
                        about(type.collection(), "Gives the definition of a property")
                                .path("property", "Its name")
                                .giving("One row", Schemas.fieldRows()),
                        exchange -> done(FieldTable.of(List.of(named(
                                "Property",
                                exchange.path("property"),
                                members(type, exchange).properties()))))));
                routes.add(reading(
                        entity + "/Subscriptions",
                        about(type.collection(), "Lists the subscriptions, inherited ones included")
                                .giving("Their definitions", Schemas.infotable()),
                        exchange -> done(subscriptions(members(type, exchange)))));
                for (String calling : List.of("InstanceMetadata", "ImplementingThings", "ImplementingThingsWithData")) {
                    if (calling.startsWith("Instance") || type != EntityType.THING) {
                        routes.add(giving(type, calling));
                    }
                }
                routes.add(reading(
                        entity + "/PropertyDefinitions",
                        about(type.collection(), "Lists the properties, inherited ones included")
                                .giving("Their definitions", Schemas.fieldRows()),
                        exchange -> done(FieldTable.of(
                                members(type, exchange).properties().values()))));
                for (String listing : List.of("EventDefinitions", "Events")) {
                    routes.add(reading(
                            entity + "/" + listing,
                            about(type.collection(), "Lists the events, inherited ones included")
                                    .giving("Their definitions", Schemas.eventRows()),
                            exchange -> done(events(members(type, exchange).events()))));
                }
                routes.add(reading(
                        entity + "/Metadata",
                        about(type.collection(), "Gives all that it can do, with the signatures of services")
                                .giving("All members", Schemas.metadata()),
                        exchange -> metadata(type, exchange)));
            }
            if (type.hasFields()) {
                routes.add(reading(
                        entity + "/FieldDefinitions",
                        about(type.collection(), "Lists the fields, those of its bases included")
                                .giving("Their definitions", Schemas.fieldRows()),
                        this::fieldDefinitions));
            }
        }
        return routes;
    }

    private static Route reading(String address, Operation operation, Route.Handler handler) {
        return Route.of("GET", address, Route.Access.READ, operation, handler);
    }

    /** An address for what a service gives, to those who may call it. */
    private Route giving(EntityType type, String collection) {
        String service = collection.equals("InstanceMetadata") ? "GetInstanceMetadataAsJSON" : "Get" + collection;
        return reading(
                type.collection() + "/{entity}/" + collection,
                about(type.collection(), "Gives what the service " + service + " gives")
                        .wholeQuery()
                        .giving("As the service", Schema.object()),
                exchange -> call(type.collection(), service, exchange));
    }

    private static <T> T named(String kind, String name, Map<String, T> members) throws RestException {
        T member = members.get(name);
        if (member == null) {
            throw new RestException(404, kind + " [" + name + "] Does Not Exist");
        }
        return member;
    }

    /** Whether a service changes anything is known to the service. */
    private Route invoking(String collection) {
        return Route.of(
                "POST",
                collection + "/{entity}/Services/{service}",
                Route.Access.READ,
                about(collection, "Invokes a service, by whomever it is done: the platform, a script or a device")
                        .path("service", "Its name")
                        .wholeQuery()
                        .takingAtMost("application/json", Schema.mapOf(Schema.any()))
                        .giving(
                                "An infotable that it gives; JSON that it gives; else an infotable of one row with the field result; "
                                        + "nothing for nothing",
                                Schema.object())
                        .with(Changes.ETAG, "The version of the entity that it changed")
                        .changingModel()
                        .failing("409", "412", "501", "502", "504"),
                exchange -> invoke(collection, exchange));
    }

    private static Operation definition(String collection) {
        return about(collection, "Gives the signature of a service")
                .path("service", "Its name")
                .giving("What it takes and gives", Schemas.signature());
    }

    private static CompletionStage<Reply> definition(Exchange exchange, Map<String, ServiceDefinition> services)
            throws RestException {
        String name = exchange.path("service");
        ServiceDefinition service = services.get(name);
        if (service == null) {
            throw new RestException(404, "Service [" + name + "] Does Not Exist On [" + exchange.path("entity") + "]");
        }
        return CompletableFuture.completedFuture(Reply.json(EntityJson.toMetadata(service)));
    }

    private static Operation about(String collection, String summary) {
        return Operation.of(collection, summary).path("entity", "Name of the entity");
    }

    private CompletionStage<Reply> invoke(String collection, Exchange exchange) throws Exception {
        return call(collection, exchange.path("service"), exchange);
    }

    private CompletionStage<Reply> call(String collection, String service, Exchange exchange) throws Exception {
        ObjectNode parameters = exchange.parameters();
        for (Map.Entry<String, String> query : exchange.queries().entrySet()) {
            // What the body says stands before what the address says.
            if (!NO_PARAMETERS.contains(query.getKey()) && !parameters.has(query.getKey())) {
                parameters.put(query.getKey(), query.getValue());
            }
        }
        return call(collection, service, exchange, parameters);
    }

    private CompletionStage<Reply> call(String collection, String service, Exchange exchange, ObjectNode parameters)
            throws Exception {
        return services.invoke(
                        collection,
                        new ServiceRequest(exchange.principal(), exchange.path("entity"), service, parameters))
                .thenApply(ServiceRoutes::reply);
    }

    /** The parameter of services that are asked for some properties. */
    private static ObjectNode named(String property) {
        ObjectNode parameters = JsonNodeFactory.instance.objectNode();
        parameters.putObject("propertyNames").putArray("rows").addObject().put("name", property);
        return parameters;
    }

    private static Reply reply(ServiceResult result) {
        Reply reply = result.seenEverywhere() ? reply(result.value()) : Changes.notKnownEverywhere();
        return result.version().isPresent()
                ? reply.with(Changes.ETAG, Changes.etag(result.version().getAsLong()))
                : reply;
    }

    /** A table is itself, JSON is itself, and anything else is a table of one cell. */
    private static Reply reply(Value value) {
        if (value.isNothing()) {
            return Reply.empty();
        }
        if (value instanceof Value.Table table) {
            return Reply.infotable(table.infotable());
        }
        if (value instanceof Value.Json json && json.baseType() == BaseType.JSON) {
            // Clients take the top for an object.
            return Reply.json(
                    json.node().isArray() ? "{\"array\":" + Json.write(json.node()) + "}" : Json.write(json.node()));
        }
        return Reply.infotable(Infotable.result(value));
    }

    private Entity entity(EntityType type, Exchange exchange) throws ModelException {
        return entities.requireMetadata(exchange.principal(), new EntityRef(type, exchange.path("entity")));
    }

    private Members members(EntityType type, Exchange exchange) throws ModelException {
        return model.effective(entity(type, exchange)).members();
    }

    private Map<String, ServiceDefinition> services(Entity entity) throws ModelException {
        Map<String, ServiceDefinition> all =
                new LinkedHashMap<>(model.effective(entity).members().services());
        all.putAll(services.builtIn(entity.type().collection(), entity.name()));
        return all;
    }

    private CompletionStage<Reply> metadata(EntityType type, Exchange exchange) throws ModelException {
        Entity entity = entity(type, exchange);
        return CompletableFuture.completedFuture(Reply.json(EntityJson.toMetadata(
                entity, model.effective(entity).members(), services.builtIn(type.collection(), entity.name()))));
    }

    private CompletionStage<Reply> fieldDefinitions(Exchange exchange) throws ModelException {
        EntityRef ref = entity(EntityType.DATA_SHAPE, exchange).ref();
        return done(FieldTable.of(model.dataShape(ref.name()).orElseThrow(() -> ModelException.notFound(ref))));
    }

    private static CompletionStage<Reply> done(Infotable table) {
        return CompletableFuture.completedFuture(Reply.infotable(table));
    }

    private static Infotable names(Map<String, ServiceDefinition> services) {
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("name", BaseType.STRING), new FieldDefinition("description", BaseType.STRING));
        services.values()
                .forEach(service -> rows.row(Value.string(service.name()), Value.string(service.description())));
        return rows.build();
    }

    private static Infotable subscriptions(Members members) {
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("name", BaseType.STRING),
                new FieldDefinition("description", BaseType.STRING),
                new FieldDefinition("enabled", BaseType.BOOLEAN),
                new FieldDefinition("source", BaseType.STRING),
                new FieldDefinition("eventName", BaseType.STRING),
                new FieldDefinition("sourceProperty", BaseType.STRING));
        members.subscriptions()
                .values()
                .forEach(subscription -> rows.row(
                        Value.string(subscription.name()),
                        Value.string(subscription.description()),
                        new Value.Bool(subscription.enabled()),
                        Value.string(subscription.source()),
                        Value.string(subscription.eventName()),
                        Value.string(subscription.sourceProperty())));
        return rows.build();
    }

    private static Infotable events(Map<String, EventDefinition> events) {
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("name", BaseType.STRING),
                new FieldDefinition("description", BaseType.STRING),
                new FieldDefinition("dataShape", BaseType.DATASHAPENAME));
        events.values()
                .forEach(event -> rows.row(
                        Value.string(event.name()),
                        Value.string(event.description()),
                        new Value.Text(BaseType.DATASHAPENAME, event.dataShape())));
        return rows.build();
    }
}
