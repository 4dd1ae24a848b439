package org.steadfast.foundation.service;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.security.Security;
import org.steadfast.persistence.store.MembershipStore.Party;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** The members of groups, organizations and their units. Only administrators change them: whoever joins a group has its rights. */
final class MembershipServices {
    private final Model model;
    private final Security security;

    MembershipServices(Model model, Security security) {
        this.model = model;
        this.security = security;
    }

    /** @param type groups or organizations */
    List<BuiltInService> services(EntityType type) {
        if (type == EntityType.GROUP) {
            return List.of(
                    changing("AddMember(member:STRING*, type:STRING) -> result:NOTHING", type, true),
                    changing("DeleteMember(member:STRING*, type:STRING) -> result:NOTHING", type, false),
                    BuiltInService.reading(
                            "GetGroupMembers() -> result:INFOTABLE", request -> list(type, "", request)));
        }
        return List.of(
                changing("AddMember(name:STRING, member:STRING*, type:STRING) -> result:NOTHING", type, true),
                changing("DeleteMember(name:STRING, member:STRING*, type:STRING) -> result:NOTHING", type, false),
                BuiltInService.reading(
                        "GetOrganizationMembers() -> result:INFOTABLE", request -> list(type, "", request)),
                BuiltInService.reading(
                        "GetMembers(name:STRING) -> result:INFOTABLE",
                        request -> list(type, unit(type, request), request)));
    }

    private BuiltInService changing(String signature, EntityType type, boolean add) {
        return BuiltInService.changing(signature, request -> change(type, request, add))
                .needing(BuiltInService.Need.ADMINISTRATE);
    }

    /** The unit of the organization that is meant; empty where it is the organization itself, or the group. */
    private String unit(EntityType type, ServiceRequest request) throws Exception {
        String unit = type == EntityType.ORGANIZATION ? request.text("name", "") : "";
        return unit.isEmpty()
                ? unit
                : security.organizations().tree(request.entity()).require(unit).name();
    }

    private CompletionStage<ServiceResult> change(EntityType type, ServiceRequest request, boolean add)
            throws Exception {
        EntityRef owner = model.require(new EntityRef(type, request.entity())).ref();
        String kind = request.text("type", EntityType.USER.singular());
        EntityType memberType = EntityType.ofSingular(kind)
                .filter(known -> known == EntityType.USER || known == EntityType.GROUP)
                .orElseThrow(() -> request.invalid("type", "a member is a User or a Group, not [" + kind + "]"));
        EntityRef member =
                model.require(new EntityRef(memberType, request.text("member"))).ref();
        String unit = unit(type, request);
        if (add) {
            security.memberships().add(owner, unit, member);
        } else {
            requireOneAdministrator(owner, member);
            security.memberships().remove(owner, unit, member);
        }
        security.audit()
                .record(
                        request.principal(),
                        add ? "MemberAdd" : "MemberDelete",
                        owner,
                        member + (unit.isEmpty() ? "" : " in unit " + unit));
        return model.announceChange(owner)
                .thenApply(seen -> new ServiceResult(Value.NOTHING, OptionalLong.empty(), seen));
    }

    /** Nobody could undo that. */
    private static void requireOneAdministrator(EntityRef owner, EntityRef member) throws ServiceException {
        if (owner.name().equals("Administrators") && member.name().equals("Administrator")) {
            throw new ServiceException(
                    ServiceException.Kind.NOT_ALLOWED, "Administrator is always a member of Administrators");
        }
    }

    private CompletionStage<ServiceResult> list(EntityType type, String unit, ServiceRequest request)
            throws ModelException {
        EntityRef owner = model.require(new EntityRef(type, request.entity())).ref();
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("name", BaseType.STRING),
                new FieldDefinition("description", BaseType.STRING),
                new FieldDefinition("type", BaseType.STRING));
        for (Party member : security.memberships().members(owner, unit)) {
            EntityType memberType = EntityType.ofCollection(member.collection()).orElseThrow();
            EntityRef ref = new EntityRef(memberType, member.name());
            if (!security.entities().isVisible(request.principal(), ref)) {
                continue;
            }
            String description = model.find(ref).map(Entity::description).orElse("");
            rows.row(Value.string(member.name()), Value.string(description), Value.string(memberType.singular()));
        }
        return CompletableFuture.completedFuture(ServiceResult.of(new Value.Table(rows.build())));
    }
}
