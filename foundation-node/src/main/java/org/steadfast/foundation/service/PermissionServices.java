package org.steadfast.foundation.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Names;
import org.steadfast.foundation.security.AuditLog;
import org.steadfast.foundation.security.Authority;
import org.steadfast.foundation.security.PermissionSet;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.security.PrincipalType;
import org.steadfast.foundation.security.Principals;
import org.steadfast.foundation.security.Right;
import org.steadfast.foundation.security.Rights;
import org.steadfast.foundation.security.Security;
import org.steadfast.persistence.store.MembershipStore.Party;
import org.steadfast.persistence.store.PermissionStore;
import org.steadfast.persistence.store.PermissionStore.Permission;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/**
 * The permissions of entities: shown, set, added, removed and checked. Where the entity is called {@code *}, the collection is meant;
 * the instances of templates and shapes have permissions of their own.
 */
final class PermissionServices {
    private final Model model;
    private final Authority authority;
    private final AuditLog audit;
    private final Principals principals;

    PermissionServices(Model model, Security security) {
        this.model = model;
        this.authority = security.authority();
        this.audit = security.audit();
        this.principals = security.principals();
    }

    /** Which permissions of an entity a service is about. */
    private record Scope(EntityType type, PermissionSet set) {
        Right.Kind kind() {
            return set.kind();
        }

        boolean instance() {
            return set.instance();
        }

        String title() {
            return set.title();
        }
    }

    List<BuiltInService> services(EntityType type) {
        List<BuiltInService> services = new ArrayList<>();
        for (PermissionSet set : PermissionSet.of(type)) {
            services.addAll(services(new Scope(type, set)));
        }
        for (Asking asking : Asking.values()) {
            services.add(BuiltInService.reading(
                            "CheckPermission" + asking.suffix() + "(" + asking.parameter()
                                    + "type:STRING*, name:STRING) -> result:BOOLEAN",
                            request -> check(type, Right.Kind.RUN_TIME, asking, request))
                    .needing(asking.need));
            services.add(BuiltInService.reading(
                            "CheckDesignTimePermission" + asking.suffix() + "(" + asking.parameter()
                                    + "type:STRING*) -> result:BOOLEAN",
                            request -> check(type, Right.Kind.DESIGN_TIME, asking, request))
                    .needing(asking.need));
            services.add(BuiltInService.reading(
                            "GetPermissionsFor" + asking.title + "(" + asking.parameter()
                                    + "permissionName:STRING, name:STRING) -> result:INFOTABLE",
                            request -> rights(type, asking, request))
                    .needing(asking.need));
        }
        return services;
    }

    /** Whose rights a service tells. */
    private enum Asking {
        SELF("CurrentUser", "", BuiltInService.Need.NOTHING),
        USER("User", "user:USERNAME", BuiltInService.Need.ADMINISTRATE),
        GROUP("Group", "group:GROUPNAME", BuiltInService.Need.ADMINISTRATE);

        private final String title;
        private final String who;
        private final BuiltInService.Need need;

        Asking(String title, String who, BuiltInService.Need need) {
            this.title = title;
            this.who = who;
            this.need = need;
        }

        /** What the name of a service ends with that checks one right. */
        private String suffix() {
            return this == SELF ? "" : "For" + title;
        }

        private String parameter() {
            return who.isEmpty() ? "" : who + "*, ";
        }
    }

    private Rights rights(Asking asking, EntityRef ref, ServiceRequest request) throws Exception {
        return switch (asking) {
            case SELF -> authority.of(request.principal(), ref).requireVisible();
            case USER -> {
                Party user = principals.require(PrincipalType.USER.party(request.text("user")));
                yield authority.of(new Principal(user.name(), false), ref);
            }
            case GROUP -> authority.ofGroup(principals.require(PrincipalType.GROUP.party(request.text("group"))), ref);
        };
    }

    private static BuiltInService changing(String signature, BuiltInService.Handler handler) {
        return BuiltInService.changing(signature, handler).needing(BuiltInService.Need.UPDATE_PERMISSIONS);
    }

    private List<BuiltInService> services(Scope scope) {
        String resource = scope.kind() == Right.Kind.RUN_TIME ? "resource:STRING, " : "";
        String right = scope.kind() == Right.Kind.VISIBILITY ? "" : "type:STRING*, ";
        String allow = scope.kind() == Right.Kind.VISIBILITY ? "" : ", allow:BOOLEAN";
        String who = right + resource + "principal:STRING*, principalType:STRING*";
        return List.of(
                BuiltInService.reading(
                        "Get" + scope.title() + "PermissionsAsJSON() -> result:JSON",
                        request -> CompletableFuture.completedFuture(ServiceResult.of(
                                new Value.Json(BaseType.JSON, toJson(scope, ref(scope.type(), request)))))),
                BuiltInService.reading(
                        "Get" + scope.title() + "Permissions() -> result:INFOTABLE",
                        request -> CompletableFuture.completedFuture(
                                ServiceResult.of(new Value.Table(toTable(scope, ref(scope.type(), request)))))),
                changing(
                        "Set" + scope.title() + "PermissionsAsJSON(permissions:JSON*) -> result:NOTHING",
                        request -> set(scope, request)),
                changing(
                        "Add" + scope.title() + "Permission(" + who + allow + ") -> result:NOTHING",
                        request -> add(scope, request)),
                changing(
                        "Delete" + scope.title() + "Permission(" + who + ") -> result:NOTHING",
                        request -> remove(scope, request)));
    }

    /** The entity, which must be there, or the whole collection. */
    private EntityRef ref(EntityType type, ServiceRequest request) throws ModelException {
        EntityRef ref = new EntityRef(type, request.entity());
        if (!ref.equals(Authority.collection(type))) {
            var unused = model.require(ref);
        }
        return ref;
    }

    private CompletionStage<ServiceResult> check(
            EntityType type, Right.Kind kind, Asking asking, ServiceRequest request) throws Exception {
        Right right = right(kind, request);
        Rights rights = rights(asking, ref(type, request), request);
        return CompletableFuture.completedFuture(ServiceResult.of(
                new Value.Bool(rights.isVisible() && rights.allows(right, request.text("name", PermissionStore.ALL)))));
    }

    /** A row for each right, with what comes of all permissions. */
    private CompletionStage<ServiceResult> rights(EntityType type, Asking asking, ServiceRequest request)
            throws Exception {
        String wanted = request.text("permissionName", PermissionStore.ALL);
        String member = request.text("name", PermissionStore.ALL);
        List<Right> known = Arrays.stream(Right.values())
                .filter(right -> right != Right.VISIBILITY)
                .toList();
        List<Right> asked = known.stream()
                .filter(right -> wanted.equals(PermissionStore.ALL) || wanted.equals(right.title()))
                .toList();
        if (asked.isEmpty()) {
            throw request.invalid(
                    "permissionName",
                    "there is no right [" + wanted + "]; one is " + known.get(0).title());
        }
        Rights rights = rights(asking, ref(type, request), request);
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("permissionName", BaseType.STRING),
                new FieldDefinition("name", BaseType.STRING),
                new FieldDefinition("isPermitted", BaseType.BOOLEAN));
        for (Right right : asked) {
            String of = right.kind() == Right.Kind.RUN_TIME ? member : PermissionStore.ALL;
            rows.row(
                    Value.string(right.title()),
                    Value.string(of),
                    new Value.Bool(rights.isVisible() && rights.allows(right, of)));
        }
        return CompletableFuture.completedFuture(ServiceResult.of(new Value.Table(rows.build())));
    }

    private static Right right(Right.Kind kind, ServiceRequest request) throws ServiceException {
        String title = request.text("type");
        return Right.of(kind, title)
                .orElseThrow(() -> request.invalid(
                        "type",
                        "there is no right [" + title + "]; one is "
                                + Right.of(kind).get(0).title()));
    }

    private List<Permission> permissions(Scope scope, EntityRef ref) throws ModelException {
        return authority.permissions(ref).stream().filter(scope.set()::contains).toList();
    }

    /** A row for each permission, named as the parameters that add it. */
    private Infotable toTable(Scope scope, EntityRef ref) throws ModelException {
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("type", BaseType.STRING),
                new FieldDefinition("resource", BaseType.STRING),
                new FieldDefinition("principal", BaseType.STRING),
                new FieldDefinition("principalType", BaseType.STRING),
                new FieldDefinition("isPermitted", BaseType.BOOLEAN));
        for (Permission permission : permissions(scope, ref)) {
            rows.row(
                    Value.string(permission.type()),
                    Value.string(permission.resource()),
                    Value.string(permission.principal().name()),
                    Value.string(PrincipalType.of(permission.principal()).title()),
                    new Value.Bool(permission.permitted()));
        }
        return rows.build();
    }

    private JsonNode toJson(Scope scope, EntityRef ref) throws ModelException {
        List<Permission> permissions = permissions(scope, ref);
        if (scope.kind() != Right.Kind.RUN_TIME) {
            return byRight(scope.kind(), permissions);
        }
        Map<String, List<Permission>> byResource = new LinkedHashMap<>();
        permissions.forEach(permission -> byResource
                .computeIfAbsent(permission.resource(), resource -> new ArrayList<>())
                .add(permission));
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode resources = json.putArray("permissions");
        byResource.forEach((resource, of) -> {
            ObjectNode entry = JsonNodeFactory.instance.objectNode().put("resourceName", resource);
            resources.add(entry.setAll(byRight(scope.kind(), of)));
        });
        return json;
    }

    private static ObjectNode byRight(Right.Kind kind, Collection<Permission> permissions) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        for (Right right : Right.of(kind)) {
            ArrayNode principals = json.putArray(right.title());
            for (Permission permission : permissions) {
                if (permission.type().equals(right.title())) {
                    principals
                            .addObject()
                            .put("isPermitted", permission.permitted())
                            .put("name", permission.principal().name())
                            .put(
                                    "type",
                                    PrincipalType.of(permission.principal()).title());
                }
            }
        }
        return json;
    }

    private CompletionStage<ServiceResult> set(Scope scope, ServiceRequest request) throws Exception {
        EntityRef ref = ref(scope.type(), request);
        JsonNode sent = request.parameters().path("permissions");
        if (sent.isTextual()) {
            try {
                sent = Json.read(sent.textValue());
            } catch (InvalidValueException e) {
                throw new ServiceException(
                        ServiceException.Kind.INVALID, "parameter permissions: is " + e.getMessage(), e);
            }
        }
        if (!sent.isObject()) {
            throw request.invalid(
                    "permissions", "must be an object as Get" + scope.title() + "PermissionsAsJSON gives");
        }
        List<Permission> permissions = new ArrayList<>();
        if (scope.kind() == Right.Kind.RUN_TIME) {
            for (JsonNode entry : sent.path("permissions")) {
                String resource = entry.path("resourceName").asText();
                read(scope, resource(resource, "permissions", request), entry, request, permissions);
            }
        } else {
            read(scope, PermissionStore.ALL, sent, request, permissions);
        }
        return answered(
                request,
                ref,
                scope,
                "set " + sent,
                authority.replace(ref, scope.instance(), scope.kind(), permissions));
    }

    private void read(Scope scope, String resource, JsonNode entry, ServiceRequest request, List<Permission> into)
            throws Exception {
        for (Map.Entry<String, JsonNode> of : entry.properties()) {
            if (of.getKey().equals("resourceName")) {
                continue;
            }
            Right right = Right.of(scope.kind(), of.getKey())
                    .orElseThrow(() -> request.invalid("permissions", "there is no right [" + of.getKey() + "]"));
            for (JsonNode principal : of.getValue()) {
                into.add(new Permission(
                        scope.instance(),
                        right.title(),
                        resource,
                        principal(
                                scope,
                                principal.path("name").asText(),
                                principal.path("type").asText(),
                                "permissions",
                                request),
                        principal.path("isPermitted").asBoolean(true)));
            }
        }
    }

    private Party principal(Scope scope, String name, String type, String parameter, ServiceRequest request)
            throws Exception {
        List<PrincipalType> possible = PrincipalType.having(scope.kind());
        PrincipalType known = PrincipalType.ofTitle(type)
                .filter(possible::contains)
                .orElseThrow(() -> request.invalid(
                        parameter,
                        "the type of a principal is here "
                                + String.join(
                                        " or ",
                                        possible.stream()
                                                .map(PrincipalType::title)
                                                .toList())
                                + ", not [" + type + "]"));
        return principals.require(known.party(name));
    }

    /** The name of a member, or all of them; what could be no name could not be told in a document. */
    private static String resource(String sent, String parameter, ServiceRequest request) throws ServiceException {
        if (sent.isEmpty() || sent.equals(PermissionStore.ALL)) {
            return PermissionStore.ALL;
        }
        try {
            return Names.check(parameter, sent);
        } catch (ModelException e) {
            throw request.invalid(parameter, "the name of a member or * is needed: " + e.getMessage());
        }
    }

    private Permission permission(Scope scope, ServiceRequest request) throws Exception {
        Right right = scope.kind() == Right.Kind.VISIBILITY ? Right.VISIBILITY : right(scope.kind(), request);
        String resource = scope.kind() == Right.Kind.RUN_TIME
                ? resource(request.text("resource", ""), "resource", request)
                : PermissionStore.ALL;
        return new Permission(
                scope.instance(),
                right.title(),
                resource,
                principal(scope, request.text("principal"), request.text("principalType"), "principalType", request),
                scope.kind() == Right.Kind.VISIBILITY || request.flag("allow", true));
    }

    private CompletionStage<ServiceResult> add(Scope scope, ServiceRequest request) throws Exception {
        EntityRef ref = ref(scope.type(), request);
        Permission permission = permission(scope, request);
        return answered(
                request,
                ref,
                scope,
                "added " + PermissionSet.told(permission),
                authority.put(ref, List.of(permission)));
    }

    private CompletionStage<ServiceResult> remove(Scope scope, ServiceRequest request) throws Exception {
        EntityRef ref = ref(scope.type(), request);
        Permission permission = permission(scope, request);
        return answered(
                request, ref, scope, "removed " + PermissionSet.told(permission), authority.remove(ref, permission));
    }

    private CompletionStage<ServiceResult> answered(
            ServiceRequest request, EntityRef ref, Scope scope, String what, CompletableFuture<Boolean> seen) {
        audit.permissionsChanged(request.principal(), ref, scope.set(), what);
        return seen.thenApply(everywhere -> new ServiceResult(Value.NOTHING, OptionalLong.empty(), everywhere));
    }
}
