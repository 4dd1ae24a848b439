package org.steadfast.foundation.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.property.PropertyException;
import org.steadfast.foundation.property.PropertyUpdate;
import org.steadfast.foundation.property.SentValues;
import org.steadfast.foundation.security.AuthorizedProperties;

/** Property values: read one or all, write one or several. */
final class PropertyRoutes {
    private static final String ALL = "*";
    private static final String VALUE = "value";

    private final Model model;
    private final AuthorizedProperties properties;
    private final SentValues sent;
    private final Clock clock;

    PropertyRoutes(Model model, AuthorizedProperties properties, Clock clock) {
        this.model = model;
        this.properties = properties;
        this.sent = new SentValues(model);
        this.clock = clock;
    }

    List<Route> routes() {
        String all = "Things/{thing}/Properties";
        String one = all + "/{property}";
        return List.of(
                Route.of(
                        "GET",
                        all,
                        Route.Access.READ,
                        about("Gives all property values")
                                .giving("One row with a cell for each property", Schemas.row()),
                        this::readAll),
                Route.of(
                        "GET",
                        one,
                        Route.Access.READ,
                        about("Gives a property value")
                                .path("property", "Its name; * gives all")
                                .giving(
                                        "One row; a property without a value has the default of its base type",
                                        Schemas.row())
                                .failing("502", "504"),
                        this::read),
                Route.of(
                        "PUT",
                        one,
                        Route.Access.WRITE,
                        about("Sets property values; durable and visible on every node when it is answered")
                                .path("property", "Its name; * sets all that the body names")
                                .query(
                                        VALUE,
                                        Schema.string(),
                                        "The value of one property, from clients that send no body")
                                .takingAtMost(
                                        "application/json",
                                        Schema.any()
                                                .described("An object with values by the names of properties; "
                                                        + "for one property, also its bare value"))
                                .failing("502", "504"),
                        this::write));
    }

    private static Operation about(String summary) {
        return Operation.of("Things", summary).path("thing", "Name of the thing, or * and its identifier");
    }

    private CompletionStage<Reply> readAll(Exchange exchange) throws ModelException, PropertyException {
        return properties
                .readAll(exchange.principal(), model.things().require(exchange.path("thing")))
                .thenApply(Reply::infotable);
    }

    private CompletionStage<Reply> read(Exchange exchange) throws ModelException, PropertyException {
        String property = exchange.path("property");
        if (property.equals(ALL)) {
            return readAll(exchange);
        }
        return properties
                .read(exchange.principal(), model.things().require(exchange.path("thing")), property)
                .thenApply(Reply::infotable);
    }

    private CompletionStage<Reply> write(Exchange exchange) throws ModelException, PropertyException, RestException {
        Thing thing = model.things().require(exchange.path("thing"));
        // Before its properties are looked at: what is wrong with them would tell that there is such a thing.
        properties.requireVisible(exchange.principal(), thing);
        String property = exchange.path("property");
        JsonNode body = exchange.json();
        List<PropertyUpdate> updates = new ArrayList<>();
        if (property.equals(ALL)) {
            if (!(body instanceof ObjectNode object)) {
                throw new RestException(400, "the body must be a JSON object with one key per property");
            }
            updates.addAll(sent.updates(thing, object, clock.millis()));
        } else {
            JsonNode value = body.isNull() ? inQuery(exchange) : valueOf(body, property);
            updates.add(sent.update(thing, property, value, clock.millis()));
        }
        CompletableFuture<Void> written = properties.write(exchange.principal(), thing, updates);
        return written.thenApply(done -> Reply.empty());
    }

    /** Clients send {@code {"p": value}}, some the bare value. */
    private static JsonNode valueOf(JsonNode body, String property) {
        if (body.isObject() && body.has(property)) {
            return body.get(property);
        }
        return body;
    }

    private static JsonNode inQuery(Exchange exchange) throws RestException {
        return exchange.query(VALUE)
                .map(TextNode::valueOf)
                .orElseThrow(() -> new RestException(
                        400, "the body must hold the new value as {\"" + exchange.path("property") + "\": value}"));
    }
}
