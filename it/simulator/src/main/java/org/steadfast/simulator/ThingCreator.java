package org.steadfast.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/** Creates the things of a fleet with their properties. What exists already is left as it is. */
final class ThingCreator {
    private static final int CONCURRENCY = 16;
    private static final int CONFLICT = 409;

    private final RestNode node;

    ThingCreator(RestNode node) {
        this.node = node;
    }

    /**
     * Creates and enables all things.
     *
     * @param stop true leaves the rest out
     * @throws RestException the first error; things that come later are left out
     */
    void create(List<String> things, List<String> properties, BooleanSupplier stop)
            throws RestException, InterruptedException {
        AtomicReference<Throwable> error = new AtomicReference<>();
        BoundedCalls.forEach(
                things,
                CONCURRENCY,
                () -> error.get() != null || stop.getAsBoolean(),
                thing -> create(thing, properties).exceptionally(failure -> {
                    error.compareAndSet(null, Causes.of(failure));
                    return null;
                }));
        if (error.get() instanceof RestException refused) {
            throw refused;
        }
        if (error.get() != null) {
            throw new RestException("cannot create things: " + error.get(), error.get());
        }
    }

    private CompletableFuture<Void> create(String thing, List<String> properties) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        String services = "Things/" + RestNode.segment(thing) + "/Services/";
        CompletableFuture<Void> done = unlessThere(
                "Resources/EntityServices/Services/CreateThing",
                json.objectNode().put("name", thing).put("thingTemplateName", "RemoteThing"));
        for (String property : properties) {
            JsonNode definition = json.objectNode().put("name", property).put("type", "NUMBER");
            done = done.thenCompose(before -> unlessThere(services + "AddPropertyDefinition", definition));
        }
        return done.thenCompose(before -> node.post(services + "EnableThing", json.objectNode()))
                .thenApply(answer -> null);
    }

    private CompletableFuture<Void> unlessThere(String path, JsonNode body) {
        return node.post(path, body)
                .<Void>thenApply(answer -> null)
                .exceptionallyCompose(failure -> saysThere(Causes.of(failure))
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(Causes.of(failure)));
    }

    private static boolean saysThere(Throwable cause) {
        return cause instanceof RestException refused
                && (refused.status() == CONFLICT
                        || refused.getMessage().toLowerCase(Locale.ROOT).contains("already exists"));
    }
}
