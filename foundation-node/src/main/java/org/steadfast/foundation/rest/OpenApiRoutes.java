package org.steadfast.foundation.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Tells clients what this API is, as an OpenAPI document that is made once. */
final class OpenApiRoutes {
    /** Where the document is. */
    static final Endpoint ENDPOINT = Endpoint.of(
            "GET",
            "openapi.json",
            Operation.of("API", "This document").giving("An OpenAPI 3.1 document", Schema.object()));

    private final Reply document;

    /** @param others all other endpoints */
    OpenApiRoutes(List<Endpoint> others) {
        List<Endpoint> all = new ArrayList<>(others);
        all.add(ENDPOINT);
        this.document = Reply.json(OpenApiDocument.of(all));
    }

    List<Route> routes() {
        return List.of(new Route(
                ENDPOINT,
                Route.Access.READ,
                Optional.empty(),
                exchange -> CompletableFuture.completedFuture(document)));
    }
}
