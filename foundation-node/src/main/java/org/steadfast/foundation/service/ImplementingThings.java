package org.steadfast.foundation.service;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.BuiltIns;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.security.AuthorizedModel;
import org.steadfast.foundation.security.Principal;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** The things that come from a template or a shape, directly or not. */
final class ImplementingThings {
    private static final int LISTED_BY_DEFAULT = 500;
    private static final int MOST_LISTED = 100_000;
    private static final int PAGE = 1_000;

    private final Model model;
    private final AuthorizedModel entities;

    ImplementingThings(Model model, AuthorizedModel entities) {
        this.model = model;
        this.entities = entities;
    }

    List<BuiltInService> services(EntityType type) {
        return List.of(BuiltInService.reading(
                "GetImplementingThings(maxItems:NUMBER) -> result:INFOTABLE", request -> list(type, request)));
    }

    private CompletionStage<ServiceResult> list(EntityType type, ServiceRequest request) throws Exception {
        Entity from = model.require(new EntityRef(type, request.entity()));
        int most = request.count("maxItems", LISTED_BY_DEFAULT, MOST_LISTED);
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("name", BaseType.STRING),
                new FieldDefinition("description", BaseType.STRING),
                new FieldDefinition("thingTemplate", BaseType.THINGTEMPLATENAME));
        for (Entity thing : things(request.principal(), from.ref(), most)) {
            rows.row(
                    Value.string(thing.name()),
                    Value.string(thing.description()),
                    new Value.Text(BaseType.THINGTEMPLATENAME, thing.parent()));
        }
        return CompletableFuture.completedFuture(ServiceResult.of(new Value.Table(rows.build())));
    }

    /** At most so many things, in the order of their names. */
    private List<Entity> things(Principal principal, EntityRef from, int most) throws ModelException {
        TreeMap<String, Entity> things = new TreeMap<>();
        Set<EntityRef> seen = new HashSet<>();
        Deque<EntityRef> next = new ArrayDeque<>(List.of(from));
        while (!next.isEmpty() && things.size() < most) {
            EntityRef ref = next.poll();
            if (!seen.add(ref)) {
                continue;
            }
            // Built-in templates that come from built-in ones are in no table.
            builtInBelow(ref).forEach(next::add);
            long after = 0;
            List<Entity> page;
            do {
                page = model.referring(ref, after, PAGE);
                for (Entity entity : page) {
                    after = entity.id();
                    if (entity.type() == EntityType.THING && entities.isVisible(principal, entity.ref())) {
                        things.put(entity.name(), entity);
                    } else if (entity.type() == EntityType.THING_TEMPLATE) {
                        next.add(entity.ref());
                    }
                }
            } while (page.size() == PAGE && things.size() < most);
        }
        return new ArrayList<>(things.values()).subList(0, Math.min(most, things.size()));
    }

    private static List<EntityRef> builtInBelow(EntityRef ref) {
        return BuiltIns.all(EntityType.THING_TEMPLATE).stream()
                .filter(template -> template.needs().contains(ref))
                .map(Entity::ref)
                .toList();
    }
}
