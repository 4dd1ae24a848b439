package org.steadfast.foundation.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.exchange.Exporter;
import org.steadfast.foundation.model.BuiltIns;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityJson;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Names;
import org.steadfast.foundation.model.Picture;
import org.steadfast.foundation.security.AuthorizedModel;
import org.steadfast.persistence.store.EntityListing;
import org.steadfast.persistence.store.EntitySummary;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.Value;

/** Entities of all kinds by their addresses: list, create, read, update, delete. */
final class EntityRoutes {
    private static final int LISTED_BY_DEFAULT = 500;
    private static final int MOST_LISTED = 100_000;
    private static final String IF_MATCH = "If-Match";

    private final Model model;
    private final AuthorizedModel entities;
    private final Exporter exporter;

    EntityRoutes(Model model, AuthorizedModel entities, Exporter exporter) {
        this.exporter = exporter;
        this.model = model;
        this.entities = entities;
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        for (EntityType type : EntityType.values()) {
            String collection = type.collection();
            String entity = collection + "/{entity}";
            routes.add(Route.of("GET", collection, Route.Access.READ, listing(type), exchange -> list(type, exchange)));
            routes.add(Route.of(
                    "PUT", collection, Route.Access.WRITE, creation(type), exchange -> create(type, exchange)));
            routes.add(Route.of("GET", entity, Route.Access.READ, reading(type), exchange -> read(type, exchange)));
            routes.add(Route.of(
                    "GET", entity + "/Avatar", Route.Access.READ, avatar(type), exchange -> avatar(type, exchange)));
            routes.add(Route.of("PUT", entity, Route.Access.WRITE, updating(type), exchange -> update(type, exchange)));
            routes.add(
                    Route.of("DELETE", entity, Route.Access.WRITE, deletion(type), exchange -> delete(type, exchange)));
        }
        return routes;
    }

    private static Operation listing(EntityType type) {
        return Operation.of(type.collection(), "Lists " + type.collection())
                .query("nameMask", Schema.string(), "Names to list, with * for any characters; all without it")
                .query("searchTags", Schema.string(), "Vocabulary:Term;Vocabulary:Term, of which each must be there")
                .query("projectName", Schema.string(), "The project whose entities to list; any without it")
                .query(
                        "offset",
                        Schema.integer().between(0, Integer.MAX_VALUE).byDefault(0),
                        "How many to leave out, in the order of names")
                .query(
                        "maxItems",
                        Schema.integer().between(1, MOST_LISTED).byDefault(LISTED_BY_DEFAULT),
                        "How many to list at most")
                .giving(
                        "Those of the user's that are visible, in the order of names, then those that came with the platform",
                        Schemas.entityRows());
    }

    private static Operation creation(EntityType type) {
        return Operation.of(type.collection(), "Makes a " + type.singular())
                .taking("application/json", Schemas.newEntity())
                .with(Changes.ETAG, Changes.ETAG_MEANING)
                .changingModel()
                .failing("404", "409");
    }

    private static Operation reading(EntityType type) {
        return Operation.of(type.collection(), "Gives a " + type.singular())
                .path("entity", nameOf(type))
                .giving("The entity, with its own members and all of them", Schemas.entity(type))
                .orGiving("text/xml", Schema.any().described("A document that holds its definition"))
                .with(Changes.ETAG, Changes.ETAG_MEANING);
    }

    private static Operation avatar(EntityType type) {
        Operation operation = Operation.of(type.collection(), "Gives the picture that stands for a " + type.singular())
                .path("entity", nameOf(type));
        return Pictures.given(operation, "The picture").with(Changes.ETAG, Changes.ETAG_MEANING);
    }

    private static Operation updating(EntityType type) {
        return Operation.of(type.collection(), "Changes a " + type.singular())
                .path("entity", nameOf(type))
                .header(IF_MATCH, false, "The version that is to be changed, as ETag gave it; any without it")
                .takingAtMost("application/json", Schemas.entityChange())
                .with(Changes.ETAG, Changes.ETAG_MEANING)
                .changingModel()
                .failing("409", "412");
    }

    private static Operation deletion(EntityType type) {
        return Operation.of(
                        type.collection(),
                        "Deletes a " + type.singular() + (type == EntityType.THING ? " with its values" : ""))
                .path("entity", nameOf(type))
                .with(Changes.ETAG, Changes.ETAG_MEANING)
                .changingModel();
    }

    private static String nameOf(EntityType type) {
        return "Its name" + (type == EntityType.THING ? ", or * and its identifier where it is only read" : "");
    }

    private CompletionStage<Reply> list(EntityType type, Exchange exchange) throws ModelException, RestException {
        String mask = exchange.query("nameMask").filter(text -> !text.isEmpty()).orElse("*");
        Optional<String> tags = exchange.query("searchTags").filter(text -> !text.isEmpty());
        EntityRows rows = new EntityRows(type.collection());
        int most = number(exchange, "maxItems", LISTED_BY_DEFAULT, 1, MOST_LISTED);
        List<EntitySummary> found = entities.list(
                exchange.principal(),
                new EntityListing(
                        List.of(type.collection()),
                        mask,
                        exchange.query("projectName").orElse(""),
                        tags.isEmpty() ? List.of() : List.of(tags.get().split(";", -1)),
                        number(exchange, "offset", 0, 0, Integer.MAX_VALUE),
                        most));
        for (EntitySummary entity : found) {
            rows.ofAuthor(entity.name(), entity.description(), tags(entity.tags()));
        }
        // What came with the platform stands at the end; a mask of one's own asks for one's own.
        if (mask.equals("*")
                && tags.isEmpty()
                && exchange.query("offset").isEmpty()
                && exchange.query("projectName").isEmpty()) {
            List<Entity> builtIn = new ArrayList<>();
            for (Entity entity : BuiltIns.all(type)) {
                if (entities.isVisible(exchange.principal(), entity.ref())) {
                    builtIn.add(entity);
                }
            }
            for (Entity entity : builtIn.subList(0, Math.min(builtIn.size(), most - found.size()))) {
                rows.ofPlatform(entity.name(), entity.description());
            }
        }
        return CompletableFuture.completedFuture(Reply.infotable(rows.build()));
    }

    private static Value tags(String stored) {
        try {
            return ValueJson.read(Json.read(stored), BaseType.TAGS);
        } catch (InvalidValueException e) {
            throw new IllegalStateException("stored tags cannot be read: " + stored, e);
        }
    }

    private static int number(Exchange exchange, String name, int otherwise, int least, int most) throws RestException {
        Optional<String> text = exchange.query(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            double number = Double.parseDouble(text.get());
            if (number >= least && number <= most) {
                return (int) number;
            }
        } catch (NumberFormatException e) {
            throw new RestException(400, "query " + name + ": must be a number, not " + text.get(), e);
        }
        throw new RestException(400, "query " + name + ": must lie between " + least + " and " + most);
    }

    private CompletionStage<Reply> create(EntityType type, Exchange exchange) throws ModelException, RestException {
        ObjectNode body = exchange.parameters();
        Entity draft = Entity.draft(type, Names.require(body, "name"));
        return Changes.reply(entities.create(exchange.principal(), EntityJson.read(body, draft)));
    }

    private CompletionStage<Reply> read(EntityType type, Exchange exchange) throws ModelException, RestException {
        Entity entity = model.passwords().hidden(entity(type, exchange));
        Optional<Form> form = exchange.wanted();
        boolean isPictureWanted = form.isEmpty() || (form.get() != Form.JSON && form.get() != Form.XML);
        Optional<byte[]> content =
                type == EntityType.MEDIA_ENTITY && isPictureWanted ? Picture.CONTENT.of(entity) : Optional.empty();
        Reply reply;
        if (content.isPresent()) {
            reply = Pictures.reply(content.get());
        } else if (form.equals(Optional.of(Form.XML))) {
            reply = Reply.bytes(Form.XML.contentType(), exporter.definition(entity));
        } else {
            reply = Reply.json(
                    EntityJson.toEntity(entity, model.effective(entity).members()));
        }
        return CompletableFuture.completedFuture(reply.with(Changes.ETAG, Changes.etag(entity.version())));
    }

    private CompletionStage<Reply> avatar(EntityType type, Exchange exchange) throws ModelException, RestException {
        Entity entity = entity(type, exchange);
        byte[] picture = Picture.AVATAR
                .of(entity)
                .orElseThrow(() -> new RestException(404, "[" + entity.name() + "] has no avatar: not found"));
        return CompletableFuture.completedFuture(
                Pictures.reply(picture).with(Changes.ETAG, Changes.etag(entity.version())));
    }

    /** A thing also by {@code *identifier}. */
    private Entity entity(EntityType type, Exchange exchange) throws ModelException {
        String name = exchange.path("entity");
        if (type != EntityType.THING || !name.startsWith("*")) {
            return entities.require(exchange.principal(), new EntityRef(type, name));
        }
        EntityRef ref = new EntityRef(type, model.things().require(name).name());
        if (!entities.isVisible(exchange.principal(), ref)) {
            // By the name as it was asked: what the thing is called is not for whoever may not see it.
            throw ModelException.notFound(new EntityRef(type, name));
        }
        return entities.require(exchange.principal(), ref);
    }

    private CompletionStage<Reply> update(EntityType type, Exchange exchange) throws ModelException, RestException {
        ObjectNode body = exchange.parameters();
        return Changes.reply(entities.update(
                exchange.principal(),
                new EntityRef(type, exchange.path("entity")),
                expectedVersion(exchange),
                present -> EntityJson.read(body, present)));
    }

    private static Optional<Long> expectedVersion(Exchange exchange) throws RestException {
        Optional<String> etag = exchange.header(IF_MATCH).filter(text -> !text.equals("*"));
        if (etag.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(etag.get().replace("\"", "").strip()));
        } catch (NumberFormatException e) {
            throw new RestException(400, "header If-Match: must be an ETag that this API gave, not " + etag.get(), e);
        }
    }

    private CompletionStage<Reply> delete(EntityType type, Exchange exchange) throws ModelException {
        return Changes.reply(entities.delete(exchange.principal(), new EntityRef(type, exchange.path("entity"))));
    }
}
