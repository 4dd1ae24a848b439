package org.steadfast.foundation.service;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityJson;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.query.Query;
import org.steadfast.foundation.security.Authority;
import org.steadfast.foundation.security.AuthorizedModel;
import org.steadfast.foundation.security.Principal;
import org.steadfast.persistence.query.LikePattern;
import org.steadfast.persistence.query.Steps;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** The things that come from a template or a shape, directly or not. */
final class ImplementingThings {
    private static final int LISTED_BY_DEFAULT = 500;
    private static final int MOST_LISTED = 100_000;

    /** Things that one query looks at. */
    private static final int MOST_QUERIED = 20_000;
    /** Comparisons of characters that a mask of names is worth. */
    private static final long MASK_STEPS = 100_000_000;

    private final Model model;
    private final AuthorizedModel entities;
    private final Authority authority;
    private final ThingRows rows;

    ImplementingThings(Model model, AuthorizedModel entities, Authority authority, ThingRows rows) {
        this.model = model;
        this.entities = entities;
        this.authority = authority;
        this.rows = rows;
    }

    List<BuiltInService> services(EntityType type) {
        return List.of(
                BuiltInService.reading(
                        "GetImplementingThings(maxItems:NUMBER) -> result:INFOTABLE", request -> list(type, request)),
                BuiltInService.reading(
                        "GetImplementingThingsWithData(maxItems:NUMBER) -> result:INFOTABLE",
                        request -> query(type, request, true)),
                BuiltInService.reading(
                        "QueryImplementingThings(maxItems:NUMBER, nameMask:STRING, query:QUERY, tags:TAGS) ->"
                                + " result:INFOTABLE",
                        request -> query(type, request, false)),
                BuiltInService.reading(
                        "QueryImplementingThingsWithData(maxItems:NUMBER, nameMask:STRING, query:QUERY, tags:TAGS) ->"
                                + " result:INFOTABLE",
                        request -> query(type, request, true)));
    }

    private CompletionStage<ServiceResult> query(EntityType type, ServiceRequest request, boolean withData)
            throws Exception {
        Entity from = model.require(new EntityRef(type, request.entity()));
        int most = Bounds.maxItems(request);
        ThingRows.Columns columns = rows.columns(from);
        Query query = RowParameters.query(request, columns.shape());
        String mask = request.text("nameMask", "");
        LikePattern names = LikePattern.of(mask.isEmpty() ? "*" : mask).lower();
        List<String> tags = EntityJson.readTags(request.parameters().path("tags"));
        Principal principal = request.principal();
        boolean seesAll = authority.isAdministrator(principal);
        boolean isPlain = query.equals(Query.NONE);
        Steps steps = new Steps(MASK_STEPS);
        List<Entity> things = model.implementing(
                from.ref(),
                isPlain ? most : MOST_QUERIED + 1,
                thing -> names.matches(thing.name().toLowerCase(Locale.ROOT), steps)
                        && thing.tags().containsAll(tags)
                        && (seesAll || entities.isVisible(principal, thing.ref())));
        if (steps.areSpent()) {
            throw request.invalid("nameMask", "too much work for so many names; a shorter mask is needed");
        }
        if (things.size() > MOST_QUERIED) {
            throw request.invalid(
                    "query",
                    "more than " + MOST_QUERIED + " things would have to be looked at; nameMask or tags must choose"
                            + " fewer");
        }
        return rows.select(request, things, columns, query, most, withData)
                .thenApply(table -> ServiceResult.of(new Value.Table(table)));
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
