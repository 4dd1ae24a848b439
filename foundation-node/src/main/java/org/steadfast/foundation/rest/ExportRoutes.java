package org.steadfast.foundation.rest;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.exchange.ExportSelection;
import org.steadfast.foundation.exchange.Exporter;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.security.Authority;

/** Gives entities as files that can be imported again. */
final class ExportRoutes {
    private static final String COLLECTION = "The collection, such as Things";
    private static final String XML = "text/xml;charset=UTF-8";

    private final Exporter exporter;
    private final Authority authority;

    ExportRoutes(Exporter exporter, Authority authority) {
        this.authority = authority;
        this.exporter = exporter;
    }

    List<Route> routes() {
        return List.of(
                Route.of(
                        "GET",
                        "Exporter",
                        Route.Access.READ,
                        operation("Exports entities of all kinds"),
                        exchange -> export(exchange, Optional.empty())),
                Route.of(
                        "GET",
                        "Exporter/{collection}",
                        Route.Access.READ,
                        operation("Exports entities of a collection").path("collection", COLLECTION),
                        exchange -> export(exchange, Optional.of(type(exchange)))),
                Route.of(
                        "GET",
                        "Exporter/{collection}/{entity}",
                        Route.Access.READ,
                        operation("Exports an entity; one that is not there gives a document without entities")
                                .path("collection", COLLECTION)
                                .path("entity", "Name of the entity"),
                        exchange -> export(exchange, Optional.of(type(exchange)))));
    }

    private static Operation operation(String summary) {
        return Operation.of("Files", summary)
                .query("projectName", Schema.string(), "The project whose entities to export; any without it")
                .query("searchTags", Schema.string(), "Vocabulary:Term;Vocabulary:Term, of which each must be there")
                .query(
                        "forSourceControl",
                        Schema.bool().byDefault(false),
                        "A zip archive with a document for each entity, and not one document")
                .query(
                        "includeDependents",
                        Schema.bool().byDefault(false),
                        "Whether what the entities need is exported, too, of whatever project")
                .giving("A file", "text/xml", Schema.any())
                .orGiving("application/zip", Schema.any())
                .with("Content-Disposition", "The name of the file");
    }

    private static EntityType type(Exchange exchange) throws RestException {
        String collection = exchange.path("collection");
        return EntityType.ofCollection(collection)
                .orElseThrow(() -> new RestException(404, "there is no collection [" + collection + "] to export"));
    }

    private CompletionStage<Reply> export(Exchange exchange, Optional<EntityType> type)
            throws RestException, ModelException {
        authority.requireAdministrator(exchange.principal(), "Exporter", "the platform");
        Optional<String> name = Optional.ofNullable(exchange.path("entity"));
        String project = exchange.query("projectName").orElse("");
        Optional<String> tags = exchange.query("searchTags").filter(text -> !text.isBlank());
        ExportSelection selection = new ExportSelection(
                type.map(List::of).orElse(List.of(EntityType.values())),
                name,
                project,
                tags.isEmpty() ? List.of() : List.of(tags.get().split(";", -1)),
                isSet(exchange, "includeDependents"));
        String file = name.map(entity -> type.get().collection() + "_" + entity)
                .or(() -> type.map(EntityType::collection))
                .orElse(project.isEmpty() ? "Entities" : project);
        Reply reply = isSet(exchange, "forSourceControl")
                ? download("application/zip", file + ".zip", out -> exporter.archive(selection, out))
                : download(XML, file + ".xml", out -> exporter.document(selection, out));
        return CompletableFuture.completedFuture(reply);
    }

    private static boolean isSet(Exchange exchange, String name) throws RestException {
        return exchange.query(name).map(text -> text.equalsIgnoreCase("true")).orElse(false);
    }

    private static Reply download(String contentType, String file, Reply.Body body) {
        return Reply.streamed(contentType, body).with("Content-Disposition", Reply.disposition("attachment", file));
    }
}
