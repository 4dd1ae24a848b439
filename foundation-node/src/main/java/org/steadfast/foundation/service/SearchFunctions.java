package org.steadfast.foundation.service;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.EntityJson;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.security.AuthorizedModel;
import org.steadfast.persistence.store.EntityListing;
import org.steadfast.persistence.store.EntitySummary;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** Finds entities by parts of their names. */
final class SearchFunctions {
    private static final int FOUND_BY_DEFAULT = 500;
    private static final int MOST_FOUND = 10_000;

    private final AuthorizedModel entities;

    SearchFunctions(AuthorizedModel entities) {
        this.entities = entities;
    }

    List<BuiltInService> services() {
        List<BuiltInService> services = new ArrayList<>();
        for (String name : List.of("SpotlightSearch", "SpotlightSearchV2", "SearchModelEntities")) {
            services.add(BuiltInService.reading(
                    name + "(searchExpression:STRING, types:JSON, tags:TAGS, projectName:PROJECTNAME,"
                            + " maxItems:NUMBER, maxSearchItems:NUMBER) -> result:INFOTABLE",
                    this::search));
        }
        return services;
    }

    private CompletionStage<ServiceResult> search(ServiceRequest request) throws Exception {
        // Kinds that are none are dropped; where none is left, all are searched.
        Set<String> collections = new LinkedHashSet<>();
        JsonNode types = request.parameters().path("types");
        boolean isPlural = false;
        for (JsonNode type : types.isArray() ? types : types.path("items")) {
            EntityType.ofSingular(type.asText()).map(EntityType::collection).ifPresent(collections::add);
            isPlural |= EntityType.ofCollection(type.asText()).isPresent();
        }
        if (collections.isEmpty() && isPlural) {
            // The reference finds nothing then, and clients know it so.
            return CompletableFuture.completedFuture(ServiceResult.of(new Value.Table(table(List.of()))));
        }
        if (collections.isEmpty()) {
            for (EntityType type : EntityType.values()) {
                collections.add(type.collection());
            }
        }
        String expression = request.text("searchExpression", "");
        String mask = expression.contains("*") ? expression : "*" + expression + "*";
        List<EntitySummary> found = entities.list(
                request.principal(),
                new EntityListing(
                        List.copyOf(collections),
                        mask,
                        request.text("projectName", ""),
                        EntityJson.readTags(request.parameters().path("tags")),
                        0,
                        request.count("maxItems", FOUND_BY_DEFAULT, MOST_FOUND)));
        return CompletableFuture.completedFuture(ServiceResult.of(new Value.Table(table(found))));
    }

    private static Infotable table(List<EntitySummary> found) {
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("id", BaseType.STRING),
                new FieldDefinition("name", BaseType.STRING),
                new FieldDefinition("type", BaseType.STRING),
                new FieldDefinition("description", BaseType.STRING),
                new FieldDefinition("parentName", BaseType.STRING),
                new FieldDefinition("parentType", BaseType.STRING),
                new FieldDefinition("projectName", BaseType.STRING),
                new FieldDefinition("isSystemObject", BaseType.BOOLEAN),
                new FieldDefinition("isExtension", BaseType.BOOLEAN),
                new FieldDefinition("isEditable", BaseType.BOOLEAN),
                new FieldDefinition("isEditableSystemObject", BaseType.BOOLEAN),
                new FieldDefinition("isEditableExtensionObject", BaseType.BOOLEAN),
                new FieldDefinition("lastModifiedDate", BaseType.DATETIME));
        for (EntitySummary entity : found) {
            String type = EntityType.ofCollection(entity.collection())
                    .map(EntityType::singular)
                    .orElse(entity.collection());
            rows.row(
                    Value.string(entity.name() + "#" + type),
                    Value.string(entity.name()),
                    Value.string(type),
                    Value.string(entity.description()),
                    Value.string(entity.collection()),
                    Value.string(entity.collection()),
                    Value.string(entity.projectName()),
                    new Value.Bool(false),
                    new Value.Bool(false),
                    new Value.Bool(true),
                    new Value.Bool(false),
                    new Value.Bool(false),
                    new Value.Datetime(entity.modified()));
        }
        return rows.build();
    }
}
