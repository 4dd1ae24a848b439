package org.steadfast.foundation.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
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
import org.steadfast.foundation.security.AuditLog;
import org.steadfast.foundation.security.Authority;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.security.Right;
import org.steadfast.foundation.security.Security;
import org.steadfast.persistence.store.MembershipStore.Party;
import org.steadfast.persistence.store.PermissionStore;
import org.steadfast.persistence.store.PermissionStore.Permission;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.Value;

/**
 * The permissions of entities: shown, set, added, removed and checked. Where the entity is called {@code *}, the collection is meant;
 * the instances of templates and shapes have permissions of their own.
 */
final class PermissionServices {
    private final Model model;
    private final Authority authority;
    private final AuditLog audit;

    PermissionServices(Model model, Security security) {
        this.model = model;
        this.authority = security.authority();
        this.audit = security.audit();
    }

    /** Which permissions of an entity a service is about. */
    private record Scope(EntityType type, Right.Kind kind, boolean instance) {
        /** As the names of services have it. */
        String title() {
            String title = switch (kind) {
                case RUN_TIME -> "RunTime";
                case DESIGN_TIME -> "DesignTime";
                case VISIBILITY -> "Visibility";
            };
            return (instance ? "Instance" : "") + title;
        }
    }

    List<BuiltInService> services(EntityType type) {
        List<BuiltInService> services = new ArrayList<>();
        boolean hasInstances = type == EntityType.THING_TEMPLATE || type == EntityType.THING_SHAPE;
        for (Right.Kind kind : Right.Kind.values()) {
            services.addAll(services(new Scope(type, kind, false)));
            if (hasInstances) {
                services.addAll(services(new Scope(type, kind, true)));
            }
        }
        services.add(BuiltInService.reading(
                        "CheckPermission(type:STRING*, name:STRING) -> result:BOOLEAN",
                        request -> check(type, Right.Kind.RUN_TIME, request.principal(), request))
                .needing(BuiltInService.Need.NOTHING));
        services.add(BuiltInService.reading(
                        "CheckDesignTimePermission(type:STRING*) -> result:BOOLEAN",
                        request -> check(type, Right.Kind.DESIGN_TIME, request.principal(), request))
                .needing(BuiltInService.Need.NOTHING));
        services.add(BuiltInService.reading(
                        "CheckPermissionForUser(user:USERNAME*, type:STRING*, name:STRING) -> result:BOOLEAN",
                        request -> check(type, Right.Kind.RUN_TIME, user(request), request))
                .needing(BuiltInService.Need.ADMINISTRATE));
        services.add(BuiltInService.reading(
                        "CheckDesignTimePermissionForUser(user:USERNAME*, type:STRING*) -> result:BOOLEAN",
                        request -> check(type, Right.Kind.DESIGN_TIME, user(request), request))
                .needing(BuiltInService.Need.ADMINISTRATE));
        return services;
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

    private Principal user(ServiceRequest request) throws Exception {
        String user = request.text("user");
        var unused = model.require(new EntityRef(EntityType.USER, user));
        return new Principal(user, false);
    }

    private CompletionStage<ServiceResult> check(
            EntityType type, Right.Kind kind, Principal principal, ServiceRequest request) throws Exception {
        EntityRef ref = ref(type, request);
        Right right = right(kind, request);
        var rights = authority.of(principal, ref);
        if (principal.equals(request.principal())) {
            rights.requireVisible();
        }
        return CompletableFuture.completedFuture(ServiceResult.of(
                new Value.Bool(rights.isVisible() && rights.allows(right, request.text("name", PermissionStore.ALL)))));
    }

    private static Right right(Right.Kind kind, ServiceRequest request) throws ServiceException {
        String title = request.text("type");
        return Right.of(kind, title)
                .orElseThrow(() -> request.invalid(
                        "type",
                        "there is no right [" + title + "]; one is "
                                + Right.of(kind).get(0).title()));
    }

    private JsonNode toJson(Scope scope, EntityRef ref) throws ModelException {
        List<Permission> permissions = authority.permissions(ref).stream()
                .filter(permission -> permission.instance() == scope.instance()
                        && Right.of(scope.kind(), permission.type()).isPresent())
                .toList();
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
                                    EntityType.ofCollection(
                                                    permission.principal().collection())
                                            .orElseThrow()
                                            .singular());
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
                read(scope, resource.isEmpty() ? PermissionStore.ALL : resource, entry, request, permissions);
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

    /** Organizations see; users and groups do. */
    private Party principal(Scope scope, String name, String type, String parameter, ServiceRequest request)
            throws Exception {
        List<EntityType> possible = scope.kind() == Right.Kind.VISIBILITY
                ? List.of(EntityType.ORGANIZATION)
                : List.of(EntityType.USER, EntityType.GROUP);
        EntityType kind = EntityType.ofSingular(type)
                .filter(possible::contains)
                .orElseThrow(() -> request.invalid(
                        parameter,
                        "the type of a principal is here "
                                + String.join(
                                        " or ",
                                        possible.stream()
                                                .map(EntityType::singular)
                                                .toList())
                                + ", not [" + type + "]"));
        var unused = model.require(new EntityRef(kind, name));
        return new Party(kind.collection(), name);
    }

    private Permission permission(Scope scope, ServiceRequest request) throws Exception {
        Right right = scope.kind() == Right.Kind.VISIBILITY ? Right.VISIBILITY : right(scope.kind(), request);
        String resource = request.text("resource", "");
        return new Permission(
                scope.instance(),
                right.title(),
                resource.isEmpty() || scope.kind() != Right.Kind.RUN_TIME ? PermissionStore.ALL : resource,
                principal(scope, request.text("principal"), request.text("principalType"), "principalType", request),
                scope.kind() == Right.Kind.VISIBILITY || request.flag("allow", true));
    }

    private CompletionStage<ServiceResult> add(Scope scope, ServiceRequest request) throws Exception {
        EntityRef ref = ref(scope.type(), request);
        Permission permission = permission(scope, request);
        return answered(request, ref, scope, "added " + told(permission), authority.put(ref, List.of(permission)));
    }

    private CompletionStage<ServiceResult> remove(Scope scope, ServiceRequest request) throws Exception {
        EntityRef ref = ref(scope.type(), request);
        Permission permission = permission(scope, request);
        return answered(request, ref, scope, "removed " + told(permission), authority.remove(ref, permission));
    }

    private static String told(Permission permission) {
        return permission.type() + " on " + permission.resource() + " for "
                + permission.principal().collection() + "/"
                + permission.principal().name() + (permission.permitted() ? "" : ", denied");
    }

    private CompletionStage<ServiceResult> answered(
            ServiceRequest request, EntityRef ref, Scope scope, String what, CompletableFuture<Boolean> seen) {
        audit.record(request.principal(), "PermissionChange", ref, scope.title() + ": " + what);
        return seen.thenApply(everywhere -> new ServiceResult(Value.NOTHING, OptionalLong.empty(), everywhere));
    }
}
