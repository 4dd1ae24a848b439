package org.steadfast.foundation.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.exchange.ExtensionPackages;
import org.steadfast.foundation.model.EntityJson;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.security.Authority;
import org.steadfast.foundation.service.Services;
import org.steadfast.persistence.store.ExtensionPackage;
import org.steadfast.protocol.json.Json;

/**
 * The collections of what the platform is made of itself, which nobody can write to: clients walk through them as through those of entities.
 */
final class PlatformRoutes {
    /** Those of the reference that there is nothing in here. */
    private static final List<String> EMPTY =
            List.of("Authenticators", "DirectoryServices", "ScriptFunctionLibraries", "ThingPackages", "Widgets");

    private final Services services;
    private final ExtensionPackages packages;
    private final Authority authority;

    PlatformRoutes(Services services, ExtensionPackages packages, Authority authority) {
        this.services = services;
        this.packages = packages;
        this.authority = authority;
    }

    /** What a collection holds: descriptions by name. */
    @FunctionalInterface
    private interface Content {
        Map<String, String> read() throws ModelException;
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        add(routes, "Resources", false, () -> named("Resources"));
        add(routes, "Subsystems", true, () -> named("Subsystems"));
        add(routes, "Logs", true, () -> named("Logs"));
        add(routes, "ExtensionPackages", true, this::installed);
        add(
                routes,
                "PersistenceProviders",
                false,
                () -> Map.of("ThingworxPersistenceProvider", "The database of the cluster"));
        add(
                routes,
                "PersistenceProviderPackages",
                false,
                () -> Map.of("PostgresPersistenceProviderPackage", "PostgreSQL"));
        EMPTY.forEach(collection -> add(routes, collection, false, Map::of));
        for (String collection : ServiceRoutes.WITHOUT_ENTITIES) {
            routes.add(reading(
                    collection + "/{entity}/Metadata",
                    Operation.of(collection, "Gives the signatures of all services")
                            .path("entity", "Its name")
                            .giving("Its services", Schemas.metadata()),
                    exchange -> metadata(collection, exchange)));
        }
        return routes;
    }

    private void add(List<Route> routes, String collection, boolean forAdministrators, Content content) {
        routes.add(reading(
                collection,
                Operation.of(collection, "Lists " + collection + ", which come with the platform")
                        .giving("In the order of their names", Schemas.entityRows()),
                exchange -> {
                    requireReading(exchange, collection, forAdministrators);
                    EntityRows rows = new EntityRows(collection);
                    content.read().forEach(rows::ofPlatform);
                    return CompletableFuture.completedFuture(Reply.infotable(rows.build()));
                }));
        routes.add(reading(
                collection + "/{entity}",
                Operation.of(collection, "Tells what it is")
                        .path("entity", "Its name")
                        .giving("Its name and description", Schema.object()),
                exchange -> {
                    requireReading(exchange, collection, forAdministrators);
                    return CompletableFuture.completedFuture(one(collection, exchange.path("entity"), content.read()));
                }));
    }

    private static Route reading(String address, Operation operation, Route.Handler handler) {
        return Route.of("GET", address, Route.Access.READ, operation, handler);
    }

    private void requireReading(Exchange exchange, String collection, boolean forAdministrators) throws ModelException {
        if (forAdministrators) {
            authority.requireAdministrator(exchange.principal(), "Read", collection);
        }
    }

    private Map<String, String> named(String collection) {
        Map<String, String> names = new LinkedHashMap<>();
        services.names(collection).forEach(name -> names.put(name, ""));
        return names;
    }

    private Map<String, String> installed() throws ModelException {
        Map<String, String> names = new LinkedHashMap<>();
        for (ExtensionPackage each : packages.list()) {
            names.put(each.name(), ExtensionPackages.said(each, "description"));
        }
        return names;
    }

    private static Reply one(String collection, String name, Map<String, String> content) throws RestException {
        if (!content.containsKey(name)) {
            throw new RestException(404, "Entity Not Found : [" + name + "]");
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("entityType", collection)
                .put("name", name)
                .put("description", content.get(name))
                .put("isSystemObject", true);
        json.putArray("tags");
        return Reply.json(Json.write(json));
    }

    private CompletionStage<Reply> metadata(String collection, Exchange exchange) throws ModelException, RestException {
        String name = exchange.path("entity");
        if (!services.names(collection).contains(name)) {
            throw new RestException(404, "Entity Not Found : [" + name + "]");
        }
        return CompletableFuture.completedFuture(
                Reply.json(EntityJson.toMetadata(name, services.builtIn(collection, name))));
    }
}
