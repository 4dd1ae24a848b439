package org.steadfast.foundation.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Tells clients what this API is, as an OpenAPI document that is made once, for the first who asks. Safe for use by several threads. */
final class OpenApiRoutes {
    /** Where the document is. */
    static final Endpoint ENDPOINT = Endpoint.of(
            "GET",
            "openapi.json",
            Operation.of("API", "This document").giving("An OpenAPI 3.1 document", Schema.object()));

    private final List<Endpoint> endpoints;
    /** Made by whoever asks first: most nodes are never asked, and none should start later for it. Guarded by this. */
    private Optional<Reply> document = Optional.empty();

    /** @param others all other endpoints */
    OpenApiRoutes(List<Endpoint> others) {
        List<Endpoint> all = new ArrayList<>(others);
        all.add(ENDPOINT);
        this.endpoints = List.copyOf(all);
    }

    List<Route> routes() {
        return List.of(new Route(
                ENDPOINT,
                Route.Access.READ,
                Optional.empty(),
                exchange -> CompletableFuture.completedFuture(document())));
    }

    private synchronized Reply document() {
        if (document.isEmpty()) {
            document = Optional.of(Reply.json(OpenApiDocument.of(endpoints)));
        }
        return document.get();
    }
}
