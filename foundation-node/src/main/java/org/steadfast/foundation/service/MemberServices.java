package org.steadfast.foundation.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityJson;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.EventDefinition;
import org.steadfast.foundation.model.Members;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Names;
import org.steadfast.foundation.model.ServiceDefinition;
import org.steadfast.foundation.model.ServiceImplementation;
import org.steadfast.foundation.model.SubscriptionDefinition;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

/** Adds, removes and lists properties, services, events and subscriptions of things, templates and shapes. */
final class MemberServices {
    /** Parameters of AddPropertyDefinition that are the definition itself; all others are aspects. */
    private static final Set<String> NOT_ASPECTS =
            Set.of("name", "description", "type", "baseType", "category", "dataShape");

    /** Clients send these as texts too. */
    private static final Set<String> FLAGS = Set.of("readOnly", "persistent", "logged", "indexed", "remote");

    private final Model model;

    MemberServices(Model model) {
        this.model = model;
    }

    List<BuiltInService> services(EntityType type) {
        return List.of(
                BuiltInService.defining(
                        "AddPropertyDefinition(name:STRING*, description:STRING, type:BASETYPENAME*, category:STRING,"
                                + " dataShape:DATASHAPENAME, readOnly:BOOLEAN, persistent:BOOLEAN, logged:BOOLEAN,"
                                + " indexed:BOOLEAN, dataChangeType:STRING, dataChangeThreshold:NUMBER,"
                                + " remote:BOOLEAN, remotePropertyName:STRING, timeout:INTEGER, pushType:STRING,"
                                + " pushThreshold:NUMBER, defaultValue:STRING) -> result:NOTHING",
                        request -> addProperty(type, request)),
                BuiltInService.defining(
                        "RemovePropertyDefinition(name:STRING*) -> result:NOTHING",
                        request -> remove(type, request, "Property", Members::properties, Members::withProperties)),
                BuiltInService.reading(
                        "GetPropertyDefinitions(category:STRING, type:BASETYPENAME, dataShape:DATASHAPENAME) ->"
                                + " result:INFOTABLE",
                        request -> properties(type, request)),
                BuiltInService.defining(
                        "AddServiceDefinition(name:STRING*, description:STRING, category:STRING, parameters:INFOTABLE,"
                                + " resultType:INFOTABLE, remote:BOOLEAN, remoteServiceName:STRING, timeout:INTEGER)"
                                + " -> result:NOTHING",
                        request -> addService(type, request)),
                BuiltInService.defining(
                        "RemoveServiceDefinition(name:STRING*) -> result:NOTHING",
                        request -> remove(type, request, "Service", Members::services, (members, services) -> {
                            Map<String, ServiceImplementation> left = new LinkedHashMap<>(members.implementations());
                            left.keySet()
                                    .removeIf(name ->
                                            members.services().containsKey(name) && !services.containsKey(name));
                            return members.withServices(services, left);
                        })),
                BuiltInService.defining(
                        "AddEventDefinition(name:STRING*, description:STRING, category:STRING,"
                                + " dataShape:DATASHAPENAME, remote:BOOLEAN, remoteEventName:STRING) ->"
                                + " result:NOTHING",
                        request -> addEvent(type, request)),
                BuiltInService.defining(
                        "RemoveEventDefinition(name:STRING*) -> result:NOTHING",
                        request -> remove(type, request, "Event", Members::events, Members::withEvents)),
                BuiltInService.defining(
                        "EnableSubscription(subscriptionName:STRING*) -> result:NOTHING",
                        request -> enableSubscription(type, request, true)),
                BuiltInService.defining(
                        "DisableSubscription(subscriptionName:STRING*) -> result:NOTHING",
                        request -> enableSubscription(type, request, false)));
    }

    private CompletionStage<ServiceResult> addProperty(EntityType type, ServiceRequest request) throws Exception {
        String name = Names.require(request.parameters(), "name");
        FieldDefinition definition = EntityJson.readProperty(name, definition(request.parameters()));
        return change(type, request, members -> {
            requireFree(request, "property", name, members.properties());
            return members.withProperties(and(members.properties(), name, definition));
        });
    }

    private static ObjectNode definition(ObjectNode parameters) throws ModelException {
        JsonNode type = parameters.has("type") ? parameters.get("type") : parameters.path("baseType");
        if (!type.isTextual()) {
            throw ModelException.invalid("field type: the base type of the property is needed, such as NUMBER");
        }
        if (BaseType.ofName(type.textValue()).isEmpty()) {
            throw ModelException.invalid("field type: there is no base type " + type.textValue());
        }
        ObjectNode definition = JsonNodeFactory.instance.objectNode();
        definition.set("baseType", type);
        if (parameters.hasNonNull("description")) {
            definition.set("description", parameters.get("description"));
        }
        ObjectNode aspects = definition.putObject("aspects");
        if (parameters.path("dataShape").isTextual()
                && !parameters.path("dataShape").textValue().isEmpty()) {
            aspects.set("dataShape", parameters.get("dataShape"));
        }
        for (Map.Entry<String, JsonNode> entry : parameters.properties()) {
            if (!NOT_ASPECTS.contains(entry.getKey()) && !entry.getValue().isNull()) {
                aspects.set(
                        aspectName(entry.getKey()),
                        FLAGS.contains(entry.getKey()) && entry.getValue().isTextual()
                                ? BooleanNode.valueOf(
                                        entry.getValue().textValue().equalsIgnoreCase("true"))
                                : entry.getValue());
            }
        }
        return definition;
    }

    /** The service's parameters have other names than the aspects that they become. */
    private static String aspectName(String parameter) {
        return switch (parameter) {
            case "persistent" -> "isPersistent";
            case "readOnly" -> "isReadOnly";
            case "logged" -> "isLogged";
            case "indexed" -> "isIndexed";
            default -> parameter;
        };
    }

    private CompletionStage<ServiceResult> addService(EntityType type, ServiceRequest request) throws Exception {
        String name = Names.require(request.parameters(), "name");
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("description", request.parameters().path("description"));
        json.set("category", request.parameters().path("category"));
        ServiceDefinition read = EntityJson.readService(name, json);
        List<FieldDefinition> result = FieldParameters.read(request, "resultType");
        ServiceDefinition definition = new ServiceDefinition(
                name,
                read.description(),
                read.category(),
                FieldParameters.byName(FieldParameters.read(request, "parameters")),
                result.isEmpty() ? read.result() : named(result.get(0), "result"),
                read.aspects());
        Optional<ServiceImplementation> remote =
                request.flag("remote", false) ? Optional.of(remoteService(name, request)) : Optional.empty();
        return change(type, request, members -> {
            requireFree(request, "service", name, members.services());
            return members.withServices(
                    and(members.services(), name, definition),
                    remote.isEmpty() ? members.implementations() : and(members.implementations(), name, remote.get()));
        });
    }

    private static ServiceImplementation remoteService(String name, ServiceRequest request) throws ServiceException {
        ObjectNode settings = JsonNodeFactory.instance.objectNode();
        settings.put("sourceName", request.text("remoteServiceName", name));
        if (request.parameters().hasNonNull("timeout")) {
            settings.set("timeout", request.parameters().get("timeout"));
        }
        return new ServiceImplementation(name, ServiceImplementation.REMOTE, "", settings);
    }

    private static FieldDefinition named(FieldDefinition field, String name) {
        return new FieldDefinition(name, field.description(), field.baseType(), field.aspects());
    }

    private CompletionStage<ServiceResult> addEvent(EntityType type, ServiceRequest request) throws Exception {
        String name = Names.require(request.parameters(), "name");
        Map<String, Value> aspects = new LinkedHashMap<>();
        if (request.flag("remote", false)) {
            aspects.put("remote", new Value.Bool(true));
            aspects.put("remoteEventName", Value.string(request.text("remoteEventName", name)));
        }
        EventDefinition definition = new EventDefinition(
                name,
                request.text("description", ""),
                request.text("category", ""),
                request.text("dataShape", ""),
                aspects);
        return change(type, request, members -> {
            requireFree(request, "event", name, members.events());
            return members.withEvents(and(members.events(), name, definition));
        });
    }

    private CompletionStage<ServiceResult> enableSubscription(EntityType type, ServiceRequest request, boolean enabled)
            throws Exception {
        String name = request.text("subscriptionName");
        return change(type, request, members -> {
            SubscriptionDefinition present = members.subscriptions().get(name);
            if (present == null) {
                // One that is inherited becomes one of its own.
                present = model.effective(model.require(new EntityRef(type, request.entity())))
                        .members()
                        .subscriptions()
                        .get(name);
            }
            if (present == null) {
                throw new ModelException(
                        ModelException.Kind.NOT_FOUND,
                        "Subscription [" + name + "] Does Not Exist On " + type.singular() + " [" + request.entity()
                                + "]");
            }
            return members.withSubscriptions(and(members.subscriptions(), name, present.enabled(enabled)));
        });
    }

    /** Reads one kind of members. */
    @FunctionalInterface
    private interface Of<T> {
        Map<String, T> members(Members all);
    }

    /** Puts one kind of members in the place of those before. */
    @FunctionalInterface
    private interface With<T> {
        Members members(Members all, Map<String, T> changed);
    }

    private <T> CompletionStage<ServiceResult> remove(
            EntityType type, ServiceRequest request, String kind, Of<T> of, With<T> with) throws Exception {
        String name = Names.require(request.parameters(), "name");
        return change(type, request, members -> {
            Map<String, T> left = new LinkedHashMap<>(of.members(members));
            if (left.remove(name) == null) {
                throw new ModelException(
                        ModelException.Kind.NOT_FOUND,
                        kind + " [" + name + "] Does Not Exist On " + type.singular() + " [" + request.entity() + "]");
            }
            return with.members(members, left);
        });
    }

    /** Changes the members that an entity has itself. */
    @FunctionalInterface
    private interface Change {
        Members of(Members present) throws ModelException;
    }

    private CompletionStage<ServiceResult> change(EntityType type, ServiceRequest request, Change change)
            throws ModelException {
        return ServiceResult.of(model.update(
                new EntityRef(type, request.entity()),
                Optional.empty(),
                entity -> entity.change().members(change.of(entity.members())).build()));
    }

    private static void requireFree(ServiceRequest request, String kind, String name, Map<String, ?> present)
            throws ModelException {
        if (present.containsKey(name)) {
            throw new ModelException(
                    ModelException.Kind.ALREADY_EXISTS, kind + " " + name + " already exists on " + request.entity());
        }
    }

    private static <T> Map<String, T> and(Map<String, T> present, String name, T more) {
        Map<String, T> all = new LinkedHashMap<>(present);
        all.put(name, more);
        return all;
    }

    private CompletionStage<ServiceResult> properties(EntityType type, ServiceRequest request) throws Exception {
        Entity entity = model.require(new EntityRef(type, request.entity()));
        String wanted = request.text("type", "");
        List<FieldDefinition> found = model.effective(entity).members().properties().values().stream()
                .filter(property ->
                        wanted.isEmpty() || property.baseType().name().equals(wanted))
                .toList();
        return CompletableFuture.completedFuture(ServiceResult.of(new Value.Table(FieldTable.of(found))));
    }
}
