package org.steadfast.foundation.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.flipkart.zjsonpatch.DiffFlags;
import com.flipkart.zjsonpatch.JsonDiff;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityJson;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.security.AuditLog;
import org.steadfast.foundation.security.AuthorizedModel;
import org.steadfast.persistence.store.AuditStore;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** What was done to an entity, and in what it differs from another one of its kind, for those who may read its definition. */
final class ChangeServices {
    private static final int MOST_CHANGES = 500;
    private static final Set<String> BEGINNINGS = Set.of("EntityCreate", "EntityDelete");
    private static final int LONGEST_COMPARED = 256 << 10;
    /** One difference for each place: nothing is told as moved or copied. */
    private static final EnumSet<DiffFlags> PLACE_BY_PLACE = EnumSet.of(
            DiffFlags.OMIT_MOVE_OPERATION, DiffFlags.OMIT_COPY_OPERATION, DiffFlags.ADD_ORIGINAL_VALUE_ON_REPLACE);

    private final Model model;
    private final AuthorizedModel entities;
    private final AuditLog audit;

    ChangeServices(Model model, AuthorizedModel entities, AuditLog audit) {
        this.model = model;
        this.entities = entities;
        this.audit = audit;
    }

    List<BuiltInService> services(EntityType type) {
        return List.of(
                BuiltInService.reading(
                        "GetConfigurationChangeHistory(maxItems:NUMBER) -> result:INFOTABLE",
                        request -> history(type, request)),
                BuiltInService.reading(
                        "GetDifferences(otherEntity:STRING*) -> result:INFOTABLE",
                        request -> done(new Value.Table(rows(differences(type, request))))),
                BuiltInService.reading(
                        "GetDifferencesAsJSON(otherEntity:STRING*) -> result:JSON",
                        request -> done(new Value.Json(BaseType.JSON, json(request, differences(type, request))))));
    }

    private static CompletionStage<ServiceResult> done(Value value) {
        return CompletableFuture.completedFuture(ServiceResult.of(value));
    }

    private CompletionStage<ServiceResult> history(EntityType type, ServiceRequest request) throws Exception {
        EntityRef ref = entities.require(request.principal(), new EntityRef(type, request.entity()))
                .ref();
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("timestamp", BaseType.DATETIME),
                new FieldDefinition("user", BaseType.USERNAME),
                new FieldDefinition("action", BaseType.STRING),
                new FieldDefinition("versionBefore", BaseType.LONG),
                new FieldDefinition("versionAfter", BaseType.LONG),
                new FieldDefinition("detail", BaseType.STRING));
        for (AuditStore.Entry entry : audit.of(ref, request.count("maxItems", MOST_CHANGES, MOST_CHANGES))) {
            rows.row(
                    new Value.Datetime(entry.at()),
                    new Value.Text(BaseType.USERNAME, entry.user()),
                    Value.string(entry.action()),
                    version(entry.before()),
                    version(entry.after()),
                    Value.string(entry.detail()));
            if (BEGINNINGS.contains(entry.action())) {
                // What was there before under its name is another entity, and not for everybody who may read this one.
                break;
            }
        }
        return done(new Value.Table(rows.build()));
    }

    private static Value version(OptionalLong version) {
        return version.isPresent() ? new Value.Long(version.getAsLong()) : Value.NOTHING;
    }

    /**
     * One place of a definition.
     *
     * @param path as a JSON pointer (RFC 6901)
     * @param kind {@code added}, {@code removed} or {@code changed}, as seen from the entity that was asked
     * @param value of that entity; missing where it has none there
     * @param other of the other one; missing where it has none there
     */
    private record Difference(String path, String kind, JsonNode value, JsonNode other) {}

    private List<Difference> differences(EntityType type, ServiceRequest request) throws Exception {
        JsonNode own = definition(request, new EntityRef(type, request.entity()));
        JsonNode other = definition(request, new EntityRef(type, request.text("otherEntity")));
        for (JsonNode each : List.of(own, other)) {
            if (Json.write(each).length() > LONGEST_COMPARED) {
                // Comparing takes time that grows with the square of the length of lists.
                throw request.invalid(
                        "otherEntity", "definitions of more than " + LONGEST_COMPARED + " characters are not compared");
            }
        }
        return JsonDiff.asJson(other, own, PLACE_BY_PLACE)
                .valueStream()
                .map(each -> {
                    JsonNode value = each.path("value");
                    String path = each.path("path").asText();
                    return switch (each.path("op").asText()) {
                        case "add" -> new Difference(path, "added", value, each.path("none"));
                        case "remove" -> new Difference(path, "removed", each.path("none"), value);
                        default -> new Difference(path, "changed", value, each.path("fromValue"));
                    };
                })
                .toList();
    }

    private JsonNode definition(ServiceRequest request, EntityRef ref) throws ModelException {
        Entity entity = model.passwords().hidden(entities.require(request.principal(), ref));
        try {
            return Json.read(EntityJson.toStored(entity));
        } catch (InvalidValueException e) {
            throw new IllegalStateException("what was written cannot be read", e);
        }
    }

    private static Infotable rows(List<Difference> differences) {
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("path", BaseType.STRING),
                new FieldDefinition("difference", BaseType.STRING),
                new FieldDefinition("value", BaseType.JSON),
                new FieldDefinition("otherValue", BaseType.JSON));
        for (Difference each : differences) {
            rows.row(Value.string(each.path()), Value.string(each.kind()), cell(each.value()), cell(each.other()));
        }
        return rows.build();
    }

    private static Value cell(JsonNode node) {
        return node.isMissingNode() ? Value.NOTHING : new Value.Json(BaseType.JSON, node);
    }

    private static ObjectNode json(ServiceRequest request, List<Difference> differences) throws ServiceException {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("entity", request.entity()).put("otherEntity", request.text("otherEntity"));
        ArrayNode all = json.putArray("differences");
        for (Difference each : differences) {
            ObjectNode one = all.addObject().put("path", each.path()).put("difference", each.kind());
            if (!each.value().isMissingNode()) {
                one.set("value", each.value());
            }
            if (!each.other().isMissingNode()) {
                one.set("otherValue", each.other());
            }
        }
        return json;
    }
}
