package org.steadfast.foundation.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.model.ThingTemplates;
import org.steadfast.foundation.remote.RemoteThings;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** Services of things that their devices have: whatever no other route answers is asked of the device. */
final class RemoteServiceRoutes {
    private final Model model;
    private final RemoteThings things;

    RemoteServiceRoutes(Model model, RemoteThings things) {
        this.model = model;
        this.things = things;
    }

    List<Route> routes() {
        return List.of(
                Route.of("POST", "Things/{thing}/Services/GetRemoteMetadata", Route.Access.READ, this::metadata),
                Route.of("POST", "Things/{thing}/Services/{service}", Route.Access.WRITE, this::invoke));
    }

    private CompletionStage<Reply> metadata(Exchange exchange) throws ModelException, RestException {
        return invoke(exchange, "GetMetadata");
    }

    private CompletionStage<Reply> invoke(Exchange exchange) throws ModelException, RestException {
        return invoke(exchange, exchange.path("service"));
    }

    private CompletionStage<Reply> invoke(Exchange exchange, String service) throws ModelException, RestException {
        Thing thing = model.require(exchange.path("thing"));
        if (!ThingTemplates.isRemote(thing.thingTemplate())) {
            throw new RestException(404, "Service [" + service + "] Does Not Exist On Thing [" + thing.name() + "]");
        }
        return things.invoke(thing, service, parameters(exchange.parameters()))
                .thenApply(result -> result.map(Reply::infotable).orElseGet(Reply::empty));
    }

    /** The device knows what its parameters are; here their types follow from the JSON that was sent. */
    private static Infotable parameters(ObjectNode sent) throws RestException {
        List<FieldDefinition> fields = new ArrayList<>();
        List<Value> row = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : sent.properties()) {
            if (!entry.getValue().isNull()) {
                BaseType type = typeOf(entry.getValue());
                fields.add(new FieldDefinition(entry.getKey(), type));
                row.add(value(entry.getKey(), entry.getValue(), type));
            }
        }
        return new Infotable(fields, List.of(row));
    }

    private static BaseType typeOf(JsonNode node) {
        if (node.isTextual()) {
            return BaseType.STRING;
        }
        if (node.isBoolean()) {
            return BaseType.BOOLEAN;
        }
        if (node.isNumber()) {
            return BaseType.NUMBER;
        }
        return node.has("dataShape") && node.has("rows") ? BaseType.INFOTABLE : BaseType.JSON;
    }

    private static Value value(String name, JsonNode node, BaseType type) throws RestException {
        try {
            return ValueJson.read(node, type);
        } catch (InvalidValueException e) {
            throw new RestException(400, "parameter " + name + ": " + e.getMessage(), e);
        }
    }
}
