package org.steadfast.foundation.service;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.security.Authority;
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

    private final Model model;
    private final AuthorizedModel entities;
    private final Authority authority;

    ImplementingThings(Model model, AuthorizedModel entities, Authority authority) {
        this.model = model;
        this.entities = entities;
        this.authority = authority;
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

    /** Those that the principal may see; others do not count. */
    private List<Entity> things(Principal principal, EntityRef from, int most) throws ModelException {
        boolean seesAll = authority.isAdministrator(principal);
        return model.implementing(from, most, thing -> seesAll || entities.isVisible(principal, thing.ref()));
    }
}
