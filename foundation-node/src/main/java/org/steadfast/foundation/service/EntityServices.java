package org.steadfast.foundation.service;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityJson;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.Names;
import org.steadfast.foundation.security.AuthorizedModel;
import org.steadfast.persistence.store.EntityListing;
import org.steadfast.persistence.store.EntitySummary;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** Makes, deletes, lists and shows entities of all kinds. */
final class EntityServices {
    private static final int LISTED_BY_DEFAULT = 500;
    private static final int MOST_LISTED = 100_000;

    private final Model model;
    private final AuthorizedModel entities;

    EntityServices(Model model, AuthorizedModel entities) {
        this.model = model;
        this.entities = entities;
    }

    List<BuiltInService> services() {
        List<BuiltInService> services = new ArrayList<>();
        for (EntityType type : EntityType.values()) {
            // Users and application keys bring secrets, see PrincipalCreation.
            if (type != EntityType.USER && type != EntityType.APPLICATION_KEY) {
                services.add(BuiltInService.changing(
                        "Create" + type.singular()
                                + "(name:STRING*, description:STRING, tags:TAGS, projectName:PROJECTNAME"
                                + special(type) + ") -> result:NOTHING",
                        request -> create(type, request)));
            }
            services.add(BuiltInService.changing(
                    "Delete" + type.singular() + "(name:STRING*) -> result:NOTHING",
                    request -> ServiceResult.of(entities.delete(
                            request.principal(), new EntityRef(type, Names.require(request.parameters(), "name"))))));
        }
        services.add(BuiltInService.reading(
                "GetEntityList(type:STRING, nameMask:STRING, maxItems:NUMBER, tags:TAGS) -> result:INFOTABLE",
                this::list));
        services.add(BuiltInService.reading(
                "ReadEntityDefinitionAsJSON(type:STRING*, name:STRING*) -> result:JSON", this::read));
        return services;
    }

    /** What some kinds of entities are made of besides what all are. */
    private static String special(EntityType type) {
        return switch (type) {
            case THING -> ", thingTemplateName:THINGTEMPLATENAME*";
            case THING_TEMPLATE -> ", baseThingTemplate:THINGTEMPLATENAME";
            case DATA_SHAPE -> ", fields:INFOTABLE, baseDataShape:DATASHAPENAME";
            default -> "";
        };
    }

    private CompletionStage<ServiceResult> create(EntityType type, ServiceRequest request) throws Exception {
        if (type == EntityType.THING) {
            Names.require(request.parameters(), "thingTemplateName");
        }
        Entity draft = Entity.draft(type, Names.require(request.parameters(), "name"));
        Entity read = EntityJson.read(request.parameters(), draft);
        List<FieldDefinition> fields = FieldParameters.read(request, "fields");
        if (type == EntityType.DATA_SHAPE && !fields.isEmpty()) {
            read = read.change().fields(FieldParameters.byName(fields)).build();
        }
        return ServiceResult.of(entities.create(request.principal(), read));
    }

    private CompletionStage<ServiceResult> list(ServiceRequest request) throws Exception {
        String kind = request.text("type", "");
        List<String> collections = new ArrayList<>();
        for (EntityType type : EntityType.values()) {
            if (kind.isEmpty() || type.singular().equals(kind)) {
                collections.add(type.collection());
            }
        }
        if (collections.isEmpty()) {
            throw request.invalid("type", "there is no kind of entity [" + kind + "]; one is Thing");
        }
        String mask = request.text("nameMask", "*");
        List<EntitySummary> found = entities.list(
                request.principal(),
                new EntityListing(
                        collections,
                        mask.isEmpty() ? "*" : mask,
                        "",
                        EntityJson.readTags(request.parameters().path("tags")),
                        0,
                        request.count("maxItems", LISTED_BY_DEFAULT, MOST_LISTED)));
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("name", BaseType.STRING),
                new FieldDefinition("description", BaseType.STRING),
                new FieldDefinition("type", BaseType.STRING),
                new FieldDefinition("parentName", BaseType.STRING),
                new FieldDefinition("projectName", BaseType.STRING),
                new FieldDefinition("lastModifiedDate", BaseType.DATETIME));
        for (EntitySummary entity : found) {
            rows.row(
                    Value.string(entity.name()),
                    Value.string(entity.description()),
                    Value.string(EntityType.ofCollection(entity.collection())
                            .map(EntityType::singular)
                            .orElse(entity.collection())),
                    Value.string(entity.collection()),
                    Value.string(entity.projectName()),
                    new Value.Datetime(entity.modified()));
        }
        return CompletableFuture.completedFuture(ServiceResult.of(new Value.Table(rows.build())));
    }

    private CompletionStage<ServiceResult> read(ServiceRequest request) throws Exception {
        String collection = request.text("type");
        EntityType type = EntityType.ofCollection(collection)
                .orElseThrow(
                        () -> request.invalid("type", "there is no collection [" + collection + "]; one is Things"));
        Entity entity = model.passwords()
                .hidden(entities.require(request.principal(), new EntityRef(type, request.text("name"))));
        try {
            return CompletableFuture.completedFuture(ServiceResult.of(new Value.Json(
                    BaseType.JSON,
                    Json.read(
                            EntityJson.toEntity(entity, model.effective(entity).members())))));
        } catch (InvalidValueException e) {
            throw new IllegalStateException("what was written cannot be read", e);
        }
    }
}
