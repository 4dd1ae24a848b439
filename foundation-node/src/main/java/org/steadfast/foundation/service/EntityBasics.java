package org.steadfast.foundation.service;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityJson;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.security.AuthorizedModel;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** The services that every entity has: its description, project, tags, owner, and what it needs and is needed by. */
final class EntityBasics {
    private static final int MOST_DEPENDENCIES = 10_000;
    private static final int PAGE = 500;
    /** Entities that one call looks at, whether they may be seen or not. */
    private static final int MOST_LOOKED_AT = 100_000;

    /** Who is to be asked about an entity; they have no rights by it. */
    private static final String OWNER = "owner";

    private final Model model;
    private final AuthorizedModel entities;

    EntityBasics(Model model, AuthorizedModel entities) {
        this.model = model;
        this.entities = entities;
    }

    List<BuiltInService> services(EntityType type) {
        return List.of(
                BuiltInService.reading(
                        "GetDescription() -> result:STRING",
                        request -> done(Value.string(entity(type, request).description()))),
                BuiltInService.defining("SetDescription(description:STRING) -> result:NOTHING", request -> {
                    String description = request.text("description", "");
                    return change(type, request, entity -> entity.change().description(description));
                }),
                BuiltInService.reading(
                        "GetProjectName() -> result:STRING",
                        request -> done(Value.string(entity(type, request).projectName()))),
                BuiltInService.defining("SetProjectName(projectName:PROJECTNAME) -> result:NOTHING", request -> {
                    String project = request.text("projectName", "");
                    return change(type, request, entity -> entity.change().projectName(project));
                }),
                BuiltInService.reading(
                        "GetTags() -> result:TAGS",
                        request -> done(new Value.Text(
                                BaseType.TAGS,
                                String.join(";", entity(type, request).tags())))),
                BuiltInService.reading(
                        "GetTagsAsInfoTable() -> result:INFOTABLE", request -> done(tagRows(entity(type, request)))),
                BuiltInService.defining("SetTags(tags:TAGS) -> result:NOTHING", request -> {
                    List<String> tags = tags(request);
                    return change(type, request, entity -> entity.change().tags(tags));
                }),
                BuiltInService.defining("AddTags(tags:TAGS) -> result:NOTHING", request -> {
                    List<String> tags = tags(request);
                    return change(type, request, entity -> {
                        Set<String> all = new LinkedHashSet<>(entity.tags());
                        all.addAll(tags);
                        return entity.change().tags(List.copyOf(all));
                    });
                }),
                BuiltInService.defining("RemoveTags(tags:TAGS) -> result:NOTHING", request -> {
                    List<String> tags = tags(request);
                    return change(type, request, entity -> {
                        List<String> rest = new ArrayList<>(entity.tags());
                        rest.removeAll(tags);
                        return entity.change().tags(rest);
                    });
                }),
                BuiltInService.reading("GetOwner() -> result:USERNAME", request -> {
                    String owner = entity(type, request)
                            .other()
                            .path(OWNER)
                            .path("name")
                            .asText();
                    return done(new Value.Text(BaseType.USERNAME, owner));
                }),
                BuiltInService.defining("SetOwner(name:USERNAME*) -> result:NOTHING", request -> {
                    EntityRef user = new EntityRef(EntityType.USER, request.text("name"));
                    var unused = model.require(user);
                    return change(type, request, entity -> entity.change().other(ownedBy(user, entity)));
                }),
                BuiltInService.reading(
                        "GetLastModifiedDate() -> result:DATETIME",
                        request -> done(new Value.Datetime(entity(type, request).modified()))),
                BuiltInService.reading(
                        "GetOutgoingDependencies(maxItems:NUMBER) -> result:INFOTABLE",
                        request -> done(dependencies(outgoing(type, request)))),
                BuiltInService.reading(
                        "HasOutgoingDependencies() -> result:BOOLEAN",
                        request -> done(new Value.Bool(!outgoing(type, request).isEmpty()))),
                BuiltInService.reading(
                        "GetIncomingDependencies(maxItems:NUMBER) -> result:INFOTABLE",
                        request -> done(dependencies(incoming(type, request)))),
                BuiltInService.reading(
                        "HasIncomingDependencies() -> result:BOOLEAN",
                        request -> done(new Value.Bool(!incoming(type, request).isEmpty()))));
    }

    private Entity entity(EntityType type, ServiceRequest request) throws ModelException {
        return model.require(new EntityRef(type, request.entity()));
    }

    private CompletionStage<ServiceResult> change(EntityType type, ServiceRequest request, Change change)
            throws ModelException {
        return ServiceResult.of(model.update(
                new EntityRef(type, request.entity()),
                Optional.empty(),
                entity -> change.of(entity).build()));
    }

    /** Begins another version of an entity. */
    @FunctionalInterface
    private interface Change {
        Entity.Builder of(Entity entity);
    }

    private static ObjectNode ownedBy(EntityRef user, Entity entity) {
        ObjectNode other = entity.other().deepCopy();
        other.putObject(OWNER).put("name", user.name()).put("type", user.type().singular());
        return other;
    }

    private static CompletionStage<ServiceResult> done(Value value) {
        return CompletableFuture.completedFuture(ServiceResult.of(value));
    }

    private static Value tagRows(Entity entity) {
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("vocabulary", BaseType.STRING),
                new FieldDefinition("vocabularyTerm", BaseType.STRING));
        for (String tag : entity.tags()) {
            int colon = tag.indexOf(':');
            rows.row(Value.string(tag.substring(0, colon)), Value.string(tag.substring(colon + 1)));
        }
        return new Value.Table(rows.build());
    }

    /** Tags in any of the forms in which entities bring them. */
    private static List<String> tags(ServiceRequest request) throws ModelException {
        return EntityJson.readTags(request.parameters().path("tags"));
    }

    /** Those that the principal may see, as everywhere here. */
    private List<EntityRef> outgoing(EntityType type, ServiceRequest request) throws Exception {
        int most = request.count("maxItems", MOST_DEPENDENCIES, MOST_DEPENDENCIES);
        List<EntityRef> visible = new ArrayList<>();
        for (EntityRef need : entity(type, request).needs()) {
            if (visible.size() < most && entities.isVisible(request.principal(), need)) {
                visible.add(need);
            }
        }
        return visible;
    }

    private List<EntityRef> incoming(EntityType type, ServiceRequest request) throws Exception {
        int most = request.count("maxItems", 500, MOST_DEPENDENCIES);
        EntityRef ref = entity(type, request).ref();
        List<EntityRef> visible = new ArrayList<>();
        long after = 0;
        int lookedAt = 0;
        List<Entity> page;
        do {
            page = model.referring(ref, after, PAGE);
            for (Entity entity : page) {
                after = entity.id();
                if (visible.size() < most && entities.isVisible(request.principal(), entity.ref())) {
                    visible.add(entity.ref());
                }
            }
            lookedAt += page.size();
        } while (page.size() == PAGE && visible.size() < most && lookedAt < MOST_LOOKED_AT);
        return visible;
    }

    private static Value dependencies(List<EntityRef> refs) {
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("name", BaseType.STRING), new FieldDefinition("type", BaseType.STRING));
        for (EntityRef ref : refs) {
            rows.row(Value.string(ref.name()), Value.string(ref.type().singular()));
        }
        return new Value.Table(rows.build());
    }
}
