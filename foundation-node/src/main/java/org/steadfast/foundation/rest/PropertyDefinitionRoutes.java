package org.steadfast.foundation.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.model.ThingJson;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** The definitions of a thing's properties, and the services that every thing has for its own life. */
final class PropertyDefinitionRoutes {
    /** Parameters of AddPropertyDefinition that are the definition itself; all others are aspects. */
    private static final Set<String> NOT_ASPECTS =
            Set.of("name", "description", "type", "baseType", "category", "dataShape");

    private final Model model;

    PropertyDefinitionRoutes(Model model) {
        this.model = model;
    }

    List<Route> routes() {
        return List.of(
                Route.of("GET", "Things/{thing}/PropertyDefinitions", Route.Access.READ, this::list),
                Route.of("POST", "Things/{thing}/Services/AddPropertyDefinition", Route.Access.WRITE, this::add),
                Route.of("POST", "Things/{thing}/Services/RemovePropertyDefinition", Route.Access.WRITE, this::remove),
                Route.of("POST", "Things/{thing}/Services/EnableThing", Route.Access.WRITE, x -> enable(x, true)),
                Route.of("POST", "Things/{thing}/Services/DisableThing", Route.Access.WRITE, x -> enable(x, false)),
                Route.of("POST", "Things/{thing}/Services/RestartThing", Route.Access.WRITE, this::restart));
    }

    private CompletionStage<Reply> list(Exchange exchange) throws ModelException {
        Thing thing = model.require(exchange.path("thing"));
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("name", BaseType.STRING),
                new FieldDefinition("description", BaseType.STRING),
                new FieldDefinition("baseType", BaseType.BASETYPENAME));
        for (FieldDefinition property : thing.properties().values()) {
            rows.row(
                    Value.string(property.name()),
                    Value.string(property.description()),
                    new Value.Text(BaseType.BASETYPENAME, property.baseType().name()));
        }
        return CompletableFuture.completedFuture(Reply.infotable(rows.build()));
    }

    private CompletionStage<Reply> add(Exchange exchange) throws ModelException, RestException {
        ObjectNode body = exchange.parameters();
        String name = ThingJson.requireName(body, "name");
        FieldDefinition definition = ThingJson.readProperty(name, definitionOf(body));
        return Changes.reply(model.update(exchange.path("thing"), Optional.empty(), thing -> {
            Map<String, FieldDefinition> properties = new LinkedHashMap<>(thing.properties());
            if (properties.putIfAbsent(name, definition) != null) {
                throw new ModelException(
                        ModelException.Kind.ALREADY_EXISTS, "property " + name + " already exists on " + thing.name());
            }
            return thing.withProperties(properties);
        }));
    }

    private static ObjectNode definitionOf(ObjectNode parameters) throws RestException {
        JsonNode type = parameters.has("type") ? parameters.get("type") : parameters.path("baseType");
        if (!type.isTextual()) {
            throw new RestException(400, "field type: the base type of the property is needed, such as NUMBER");
        }
        if (BaseType.ofName(type.textValue()).isEmpty()) {
            throw new RestException(400, "field type: there is no base type " + type.textValue());
        }
        ObjectNode definition = JsonNodeFactory.instance.objectNode();
        definition.set("baseType", type);
        if (parameters.hasNonNull("description")) {
            definition.set("description", parameters.get("description"));
        }
        ObjectNode aspects = definition.putObject("aspects");
        for (Map.Entry<String, JsonNode> entry : parameters.properties()) {
            if (!NOT_ASPECTS.contains(entry.getKey()) && !entry.getValue().isNull()) {
                aspects.set(aspectName(entry.getKey()), entry.getValue());
            }
        }
        return definition;
    }

    /** The service's parameters have other names than the aspects that they become. */
    private static String aspectName(String parameter) {
        return switch (parameter) {
            case "persistent" -> "isPersistent";
            case "readOnly" -> "isReadOnly";
            case "logged" -> "isLogged";
            case "indexed" -> "isIndexed";
            default -> parameter;
        };
    }

    private CompletionStage<Reply> remove(Exchange exchange) throws ModelException, RestException {
        String name = ThingJson.requireName(exchange.parameters(), "name");
        return Changes.reply(model.update(exchange.path("thing"), Optional.empty(), thing -> {
            Map<String, FieldDefinition> properties = new LinkedHashMap<>(thing.properties());
            if (properties.remove(name) == null) {
                throw new ModelException(
                        ModelException.Kind.NOT_FOUND,
                        "Property [" + name + "] Does Not Exist On Thing [" + thing.name() + "]");
            }
            return thing.withProperties(properties);
        }));
    }

    private CompletionStage<Reply> enable(Exchange exchange, boolean enabled) throws ModelException {
        if (model.require(exchange.path("thing")).enabled() == enabled) {
            return CompletableFuture.completedFuture(Reply.empty());
        }
        return Changes.reply(
                model.update(exchange.path("thing"), Optional.empty(), thing -> thing.withEnabled(enabled)));
    }

    private CompletionStage<Reply> restart(Exchange exchange) throws ModelException {
        Thing thing = model.require(exchange.path("thing"));
        model.forget(thing.name());
        return CompletableFuture.completedFuture(Reply.empty());
    }
}
