package org.steadfast.foundation.service;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.security.OrganizationTree;
import org.steadfast.foundation.security.Organizations;
import org.steadfast.foundation.security.Security;
import org.steadfast.persistence.store.OrganizationUnitStore.Unit;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** The units of organizations. Only administrators change them: where a unit stands says who sees what. */
final class OrganizationServices {
    private static final int DEEPEST = 10_000;

    private final Model model;
    private final Security security;
    private final Organizations organizations;

    OrganizationServices(Model model, Security security) {
        this.model = model;
        this.security = security;
        this.organizations = security.organizations();
    }

    List<BuiltInService> services() {
        return List.of(
                changing(
                        "AddOrganizationalUnit(name:STRING*, parentName:STRING) -> result:NOTHING",
                        placing("added", organizations::add)),
                changing(
                        "MoveOrganizationalUnit(name:STRING*, parentName:STRING) -> result:NOTHING",
                        placing("moved", organizations::move)),
                changing(
                        "DeleteOrganizationalUnit(name:STRING*, deleteChildren:BOOLEAN) -> result:NOTHING",
                        this::remove),
                changing(
                        "SetOrganizationalUnitDescription(name:STRING*, description:STRING) -> result:NOTHING",
                        this::describe),
                reading(
                        "GetOrganizationalUnitDescription(name:STRING*) -> result:STRING",
                        (tree, request) -> Value.string(unit(tree, request).description())),
                reading(
                        "GetParentName(name:STRING*) -> result:STRING",
                        (tree, request) -> Value.string(unit(tree, request).parent())),
                reading(
                        "IsParent(parentName:STRING*, name:STRING*) -> result:BOOLEAN",
                        (tree, request) ->
                                new Value.Bool(unit(tree, request).parent().equals(request.text("parentName")))),
                reading(
                        "IsChild(start:STRING*, name:STRING*) -> result:BOOLEAN",
                        (tree, request) -> isAmong(tree.children(start(tree, request)), request)),
                reading(
                        "IsInOrganization(name:STRING*) -> result:BOOLEAN",
                        (tree, request) -> new Value.Bool(tree.contains(request.text("name")))),
                reading(
                        "IsInSubOrganization(start:STRING*, name:STRING*) -> result:BOOLEAN",
                        (tree, request) -> isAmong(tree.below(start(tree, request), DEEPEST), request)),
                reading(
                        "GetOrganizationConnections(maxDepth:NUMBER) -> result:INFOTABLE",
                        (tree, request) -> connections(tree.below("", depth(request)))),
                reading(
                        "GetSubOrganizationConnections(start:STRING*, maxDepth:NUMBER) -> result:INFOTABLE",
                        (tree, request) -> connections(tree.below(start(tree, request), depth(request)))),
                reading(
                        "GetChildConnections(name:STRING*) -> result:INFOTABLE",
                        (tree, request) ->
                                connections(tree.children(unit(tree, request).name()))),
                reading(
                        "GetParentConnections(name:STRING*) -> result:INFOTABLE",
                        (tree, request) -> connections(List.of(unit(tree, request)))));
    }

    private static BuiltInService changing(String signature, BuiltInService.Handler handler) {
        return BuiltInService.changing(signature, handler).needing(BuiltInService.Need.ADMINISTRATE);
    }

    /** Reads something from the units of an organization. */
    @FunctionalInterface
    private interface Reading {
        Value of(OrganizationTree tree, ServiceRequest request) throws ModelException, ServiceException;
    }

    private BuiltInService reading(String signature, Reading reading) {
        return BuiltInService.reading(
                signature,
                request -> CompletableFuture.completedFuture(ServiceResult.of(
                        reading.of(organizations.tree(organization(request).name()), request))));
    }

    private EntityRef organization(ServiceRequest request) throws ModelException {
        return model.require(new EntityRef(EntityType.ORGANIZATION, request.entity()))
                .ref();
    }

    private static Unit unit(OrganizationTree tree, ServiceRequest request) throws ModelException, ServiceException {
        return tree.require(request.text("name"));
    }

    private static String start(OrganizationTree tree, ServiceRequest request) throws ModelException, ServiceException {
        return tree.require(request.text("start")).name();
    }

    private static int depth(ServiceRequest request) throws ServiceException {
        return request.count("maxDepth", DEEPEST, DEEPEST);
    }

    private static Value isAmong(List<Unit> units, ServiceRequest request) throws ServiceException {
        String name = request.text("name");
        return new Value.Bool(units.stream().anyMatch(unit -> unit.name().equals(name)));
    }

    /** A row for each unit, with what it is under. */
    private static Value connections(List<Unit> units) {
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("from", BaseType.STRING),
                new FieldDefinition("to", BaseType.STRING),
                new FieldDefinition("description", BaseType.STRING));
        for (Unit unit : units) {
            rows.row(Value.string(unit.parent()), Value.string(unit.name()), Value.string(unit.description()));
        }
        return new Value.Table(rows.build());
    }

    /** Puts a unit under another one, or under none. */
    @FunctionalInterface
    private interface Placing {
        CompletableFuture<Boolean> place(String organization, String unit, String parent) throws Exception;
    }

    private BuiltInService.Handler placing(String done, Placing placing) {
        return request -> {
            String name = request.text("name");
            String parent = request.text("parentName", "");
            EntityRef organization = organization(request);
            return changed(
                    request,
                    organization,
                    done + " unit " + name + under(parent),
                    placing.place(organization.name(), name, parent));
        };
    }

    private static String under(String parent) {
        return parent.isEmpty() ? " under none" : " under " + parent;
    }

    private CompletionStage<ServiceResult> remove(ServiceRequest request) throws Exception {
        String name = request.text("name");
        boolean withChildren = request.flag("deleteChildren", false);
        EntityRef organization = organization(request);
        return changed(
                request,
                organization,
                "deleted unit " + name + (withChildren ? " and those under it" : ""),
                organizations.remove(organization.name(), name, withChildren));
    }

    private CompletionStage<ServiceResult> describe(ServiceRequest request) throws Exception {
        String name = request.text("name");
        String description = request.text("description", "");
        EntityRef organization = organization(request);
        return changed(
                request,
                organization,
                "described unit " + name,
                organizations.describe(organization.name(), name, description));
    }

    private CompletionStage<ServiceResult> changed(
            ServiceRequest request, EntityRef organization, String what, CompletableFuture<Boolean> seen) {
        security.audit().record(request.principal(), "UnitChange", organization, what);
        return seen.thenApply(everywhere -> new ServiceResult(Value.NOTHING, OptionalLong.empty(), everywhere));
    }
}
