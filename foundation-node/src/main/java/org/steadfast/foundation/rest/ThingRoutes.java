package org.steadfast.foundation.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.model.ThingJson;
import org.steadfast.foundation.model.ThingTemplates;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** Things as entities: list, read, create, update, delete. */
final class ThingRoutes {
    private static final int LISTED_BY_DEFAULT = 500;
    private static final int MOST_LISTED = 100_000;

    private final Model model;

    ThingRoutes(Model model) {
        this.model = model;
    }

    List<Route> routes() {
        return List.of(
                Route.of("GET", "Things", Route.Access.READ, this::list),
                Route.of("PUT", "Things", Route.Access.WRITE, this::create),
                Route.of("GET", "Things/{thing}", Route.Access.READ, this::read),
                Route.of("PUT", "Things/{thing}", Route.Access.WRITE, this::update),
                Route.of("DELETE", "Things/{thing}", Route.Access.WRITE, this::delete),
                Route.of(
                        "POST", "Resources/EntityServices/Services/CreateThing", Route.Access.WRITE, this::createThing),
                Route.of(
                        "POST",
                        "Resources/EntityServices/Services/DeleteThing",
                        Route.Access.WRITE,
                        this::deleteThing));
    }

    private CompletionStage<Reply> list(Exchange exchange) throws ModelException, RestException {
        int limit = limit(exchange.query("maxItems"));
        String mask = exchange.query("nameMask").filter(text -> !text.isEmpty()).orElse("*");
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("name", BaseType.STRING),
                new FieldDefinition("description", BaseType.STRING),
                new FieldDefinition("homeMashup", BaseType.MASHUPNAME),
                new FieldDefinition("avatar", BaseType.IMAGELINK),
                new FieldDefinition("isSystemObject", BaseType.BOOLEAN),
                new FieldDefinition("tags", BaseType.TAGS));
        for (Thing thing : model.list(mask, limit)) {
            rows.row(
                    Value.string(thing.name()),
                    Value.string(thing.description()),
                    new Value.Text(BaseType.MASHUPNAME, ""),
                    new Value.Text(BaseType.IMAGELINK, "/Thingworx/Things/" + thing.name() + "/Avatar"),
                    new Value.Bool(false),
                    new Value.Text(BaseType.TAGS, ""));
        }
        return CompletableFuture.completedFuture(Reply.infotable(rows.build()));
    }

    private static int limit(Optional<String> text) throws RestException {
        if (text.isEmpty()) {
            return LISTED_BY_DEFAULT;
        }
        try {
            double number = Double.parseDouble(text.get());
            if (number >= 1 && number <= MOST_LISTED) {
                return (int) number;
            }
        } catch (NumberFormatException e) {
            throw new RestException(400, "query maxItems: must be a number, not " + text.get(), e);
        }
        throw new RestException(400, "query maxItems: must lie between 1 and " + MOST_LISTED);
    }

    private CompletionStage<Reply> create(Exchange exchange) throws ModelException, RestException {
        ObjectNode body = exchange.parameters();
        Thing draft = Thing.draft(ThingJson.requireName(body, "name"), "", ThingTemplates.GENERIC_THING, "");
        return Changes.reply(model.create(ThingJson.fromEntity(body, draft)));
    }

    private CompletionStage<Reply> createThing(Exchange exchange) throws ModelException, RestException {
        ObjectNode body = exchange.parameters();
        String template = ThingJson.requireName(body, "thingTemplateName");
        Thing draft = Thing.draft(ThingJson.requireName(body, "name"), "", template, "");
        return Changes.reply(model.create(ThingJson.fromEntity(body, draft)));
    }

    private CompletionStage<Reply> read(Exchange exchange) throws ModelException {
        Thing thing = model.require(exchange.path("thing"));
        return CompletableFuture.completedFuture(
                Reply.json(ThingJson.toEntity(thing)).with("ETag", Changes.etag(thing.version())));
    }

    private CompletionStage<Reply> update(Exchange exchange) throws ModelException, RestException {
        ObjectNode body = exchange.parameters();
        return Changes.reply(model.update(
                exchange.path("thing"), expectedVersion(exchange), present -> ThingJson.fromEntity(body, present)));
    }

    private static Optional<Long> expectedVersion(Exchange exchange) throws RestException {
        Optional<String> etag = exchange.header("If-Match").filter(text -> !text.equals("*"));
        if (etag.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(etag.get().replace("\"", "").strip()));
        } catch (NumberFormatException e) {
            throw new RestException(400, "header If-Match: must be an ETag that this API gave, not " + etag.get(), e);
        }
    }

    private CompletionStage<Reply> delete(Exchange exchange) throws ModelException {
        return delete(exchange.path("thing"));
    }

    private CompletionStage<Reply> deleteThing(Exchange exchange) throws ModelException, RestException {
        return delete(ThingJson.requireName(exchange.parameters(), "name"));
    }

    private CompletionStage<Reply> delete(String name) throws ModelException {
        return Changes.reply(model.delete(name));
    }
}
