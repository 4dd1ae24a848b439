package org.steadfast.foundation.model;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.steadfast.protocol.json.InfotableJson;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

/** Properties, services, events and subscriptions as the REST API shows them and takes them. Stateless. */
final class MembersJson {
    static final String PROPERTIES = "propertyDefinitions";
    static final String SERVICES = "serviceDefinitions";
    static final String IMPLEMENTATIONS = "serviceImplementations";
    static final String EVENTS = "eventDefinitions";
    static final String SUBSCRIPTIONS = "subscriptions";
    static final String REMOTE_PROPERTIES = "remotePropertyBindings";
    static final String REMOTE_SERVICES = "remoteServiceBindings";
    static final String REMOTE_EVENTS = "remoteEventBindings";

    /** What clients of the reference call that which a subscription does. */
    private static final String SUBSCRIPTION = "subscription";

    private MembersJson() {}

    /** Writes the keys of a shape into the object that is open. */
    static void write(JsonGenerator json, Members members) throws IOException {
        json.writeObjectFieldStart(PROPERTIES);
        int ordinal = 0;
        for (FieldDefinition property : members.properties().values()) {
            json.writeFieldName(property.name());
            InfotableJson.writeField(json, property, ordinal++);
        }
        json.writeEndObject();
        json.writeObjectFieldStart(SERVICES);
        ordinal = 0;
        for (ServiceDefinition service : members.services().values()) {
            json.writeFieldName(service.name());
            writeService(json, service, ordinal++);
        }
        json.writeEndObject();
        json.writeObjectFieldStart(IMPLEMENTATIONS);
        for (ServiceImplementation implementation : members.implementations().values()) {
            json.writeFieldName(implementation.name());
            writeImplementation(json, implementation);
        }
        json.writeEndObject();
        json.writeObjectFieldStart(EVENTS);
        ordinal = 0;
        for (EventDefinition event : members.events().values()) {
            json.writeFieldName(event.name());
            writeEvent(json, event, ordinal++);
        }
        json.writeEndObject();
        json.writeObjectFieldStart(SUBSCRIPTIONS);
        ordinal = 0;
        for (SubscriptionDefinition subscription : members.subscriptions().values()) {
            json.writeFieldName(subscription.name());
            writeSubscription(json, subscription, ordinal++);
        }
        json.writeEndObject();
        AlertsJson.write(json, members.alerts());
    }

    /** Writes what an entity can do, with the signatures of its services as clients read them. */
    static void writeMetadata(JsonGenerator json, Members members, Collection<ServiceDefinition> services)
            throws IOException {
        json.writeObjectFieldStart(PROPERTIES);
        int ordinal = 0;
        for (FieldDefinition property : members.properties().values()) {
            json.writeFieldName(property.name());
            InfotableJson.writeField(json, property, ordinal++);
        }
        json.writeEndObject();
        json.writeObjectFieldStart(SERVICES);
        for (ServiceDefinition service : services) {
            json.writeFieldName(service.name());
            writeSignature(json, service);
        }
        json.writeEndObject();
        json.writeObjectFieldStart(EVENTS);
        ordinal = 0;
        for (EventDefinition event : members.events().values()) {
            json.writeFieldName(event.name());
            writeEvent(json, event, ordinal++);
        }
        json.writeEndObject();
    }

    /** Writes what a service takes and gives, as clients read it. */
    static void writeSignature(JsonGenerator json, ServiceDefinition service) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", service.name());
        json.writeStringField("description", service.description());
        json.writeObjectFieldStart("Inputs");
        json.writeObjectFieldStart("fieldDefinitions");
        int place = 0;
        for (FieldDefinition parameter : service.parameters().values()) {
            json.writeFieldName(parameter.name());
            InfotableJson.writeField(json, parameter, place++);
        }
        json.writeEndObject();
        json.writeEndObject();
        json.writeFieldName("Outputs");
        InfotableJson.writeField(json, service.result(), 0);
        json.writeEndObject();
    }

    private static void writeService(JsonGenerator json, ServiceDefinition service, int ordinal) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", service.name());
        json.writeStringField("description", service.description());
        json.writeStringField("category", service.category());
        json.writeNumberField("ordinal", ordinal);
        json.writeObjectFieldStart("parameterDefinitions");
        int place = 0;
        for (FieldDefinition parameter : service.parameters().values()) {
            json.writeFieldName(parameter.name());
            InfotableJson.writeField(json, parameter, place++);
        }
        json.writeEndObject();
        json.writeFieldName("resultType");
        InfotableJson.writeField(json, service.result(), 0);
        writeAspects(json, service.aspects());
        json.writeEndObject();
    }

    private static void writeImplementation(JsonGenerator json, ServiceImplementation implementation)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("name", implementation.name());
        json.writeStringField("handlerName", implementation.handlerName());
        json.writeObjectFieldStart("configurationTables");
        if (implementation.handlerName().equals(ServiceImplementation.SCRIPT)) {
            writeScript(json, implementation.code());
        }
        json.writeEndObject();
        if (!implementation.settings().isEmpty()) {
            json.writeFieldName("settings");
            json.writeTree(implementation.settings());
        }
        json.writeEndObject();
    }

    private static void writeScript(JsonGenerator json, String code) throws IOException {
        json.writeObjectFieldStart(ServiceImplementation.SCRIPT);
        json.writeArrayFieldStart("rows");
        json.writeStartObject();
        json.writeStringField("code", code);
        json.writeEndObject();
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeEvent(JsonGenerator json, EventDefinition event, int ordinal) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", event.name());
        json.writeStringField("description", event.description());
        json.writeStringField("category", event.category());
        json.writeNumberField("ordinal", ordinal);
        json.writeStringField("dataShape", event.dataShape());
        writeAspects(json, event.aspects());
        json.writeEndObject();
    }

    private static void writeSubscription(JsonGenerator json, SubscriptionDefinition subscription, int ordinal)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("name", subscription.name());
        json.writeStringField("description", subscription.description());
        json.writeBooleanField("enabled", subscription.enabled());
        json.writeNumberField("ordinal", ordinal);
        json.writeStringField("source", subscription.source());
        json.writeStringField("sourceType", "Thing");
        json.writeStringField("eventName", subscription.eventName());
        json.writeStringField("sourceProperty", subscription.sourceProperty());
        json.writeBooleanField("isPersistent", subscription.persistent());
        json.writeStringField("runAsUser", subscription.runAsUser());
        json.writeFieldName("serviceImplementation");
        writeImplementation(json, subscription.implementation());
        json.writeEndObject();
    }

    private static void writeAspects(JsonGenerator json, Map<String, Value> aspects) throws IOException {
        json.writeObjectFieldStart("aspects");
        for (Map.Entry<String, Value> aspect : aspects.entrySet()) {
            json.writeFieldName(aspect.getKey());
            ValueJson.write(json, aspect.getValue());
        }
        json.writeEndObject();
    }

    /**
     * Reads the keys of a shape.
     *
     * @param present what stands where a key is missing
     */
    static Members read(JsonNode node, Members present) throws ModelException {
        Map<String, FieldDefinition> properties =
                node.has(PROPERTIES) ? readProperties(node.get(PROPERTIES)) : present.properties();
        Map<String, ServiceDefinition> services =
                node.has(SERVICES) ? readServices(node.get(SERVICES)) : present.services();
        Map<String, ServiceImplementation> implementations =
                node.has(IMPLEMENTATIONS) ? readImplementations(node.get(IMPLEMENTATIONS)) : present.implementations();
        Map<String, EventDefinition> events = node.has(EVENTS) ? readEvents(node.get(EVENTS)) : present.events();
        Map<String, SubscriptionDefinition> subscriptions =
                node.has(SUBSCRIPTIONS) ? readSubscriptions(node.get(SUBSCRIPTIONS)) : present.subscriptions();
        if (node.has(REMOTE_PROPERTIES)) {
            properties = withRemoteProperties(properties, node.get(REMOTE_PROPERTIES));
        }
        if (node.has(REMOTE_SERVICES)) {
            implementations = withRemoteServices(implementations, node.get(REMOTE_SERVICES));
        }
        if (node.has(REMOTE_EVENTS)) {
            events = withRemoteEvents(events, node.get(REMOTE_EVENTS));
        }
        Map<String, Map<String, AlertDefinition>> alerts =
                node.has(AlertsJson.ALERTS) ? AlertsJson.read(node.get(AlertsJson.ALERTS)) : present.alerts();
        return new Members(properties, services, implementations, events, subscriptions, alerts);
    }

    private static Map<String, FieldDefinition> readProperties(JsonNode definitions) throws ModelException {
        Map<String, FieldDefinition> properties = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : Texts.named(definitions, PROPERTIES)) {
            properties.put(entry.getKey(), readField(PROPERTIES, entry.getKey(), entry.getValue()));
        }
        return properties;
    }

    static FieldDefinition readField(String field, String name, JsonNode node) throws ModelException {
        Names.requireStorable(field + "." + name, node);
        try {
            return InfotableJson.readField(Names.check(field + "." + name, name), node);
        } catch (InvalidValueException e) {
            throw new ModelException(ModelException.Kind.INVALID, "field " + field + ": " + e.getMessage(), e);
        }
    }

    private static Map<String, ServiceDefinition> readServices(JsonNode definitions) throws ModelException {
        Map<String, ServiceDefinition> services = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : Texts.named(definitions, SERVICES)) {
            services.put(entry.getKey(), readService(entry.getKey(), entry.getValue()));
        }
        return services;
    }

    static ServiceDefinition readService(String name, JsonNode node) throws ModelException {
        Names.check(SERVICES + "." + name, name);
        Map<String, FieldDefinition> parameters = new LinkedHashMap<>();
        if (node.hasNonNull("parameterDefinitions")) {
            String field = SERVICES + "." + name + ".parameterDefinitions";
            for (Map.Entry<String, JsonNode> entry : Texts.named(node.get("parameterDefinitions"), field)) {
                parameters.put(entry.getKey(), readField(field, entry.getKey(), entry.getValue()));
            }
        }
        FieldDefinition result = node.hasNonNull("resultType")
                ? readField(SERVICES + "." + name, "result", node.get("resultType"))
                : new FieldDefinition("result", BaseType.NOTHING);
        return new ServiceDefinition(
                name,
                Texts.text(node, "description", ""),
                Texts.text(node, "category", ""),
                parameters,
                result,
                readAspects(SERVICES + "." + name, node));
    }

    private static Map<String, ServiceImplementation> readImplementations(JsonNode definitions) throws ModelException {
        Map<String, ServiceImplementation> implementations = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : Texts.named(definitions, IMPLEMENTATIONS)) {
            String name = Names.check(IMPLEMENTATIONS + "." + entry.getKey(), entry.getKey());
            JsonNode node = entry.getValue();
            implementations.put(name, readImplementation(IMPLEMENTATIONS + "." + name, name, node));
        }
        return implementations;
    }

    private static ServiceImplementation readImplementation(String field, String name, JsonNode node)
            throws ModelException {
        JsonNode settings = node.path("settings");
        if (!settings.isMissingNode() && !settings.isNull() && !settings.isObject()) {
            throw ModelException.invalid("field " + field + ".settings: must be an object");
        }
        Names.requireStorable(field, settings);
        return new ServiceImplementation(
                name,
                Texts.text(node, "handlerName", ServiceImplementation.SCRIPT),
                readScript(field, node),
                settings instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode());
    }

    private static String readScript(String field, JsonNode implementation) throws ModelException {
        JsonNode row = implementation
                .path("configurationTables")
                .path("Script")
                .path("rows")
                .path(0);
        String code = row.path("code").isTextual()
                ? row.path("code").textValue()
                : implementation.path("code").asText();
        Names.requireStorable(field, code);
        return code;
    }

    private static Map<String, EventDefinition> readEvents(JsonNode definitions) throws ModelException {
        Map<String, EventDefinition> events = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : Texts.named(definitions, EVENTS)) {
            String name = Names.check(EVENTS + "." + entry.getKey(), entry.getKey());
            JsonNode node = entry.getValue();
            events.put(
                    name,
                    new EventDefinition(
                            name,
                            Texts.text(node, "description", ""),
                            Texts.text(node, "category", ""),
                            Texts.text(node, "dataShape", ""),
                            readAspects(EVENTS + "." + name, node)));
        }
        return events;
    }

    private static Map<String, SubscriptionDefinition> readSubscriptions(JsonNode definitions) throws ModelException {
        Map<String, SubscriptionDefinition> subscriptions = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : Texts.named(definitions, SUBSCRIPTIONS)) {
            String name = Names.check(SUBSCRIPTIONS + "." + entry.getKey(), entry.getKey());
            JsonNode node = entry.getValue();
            String event = Texts.text(node, "eventName", "");
            if (event.isEmpty()) {
                throw ModelException.invalid("field " + SUBSCRIPTIONS + "." + name + ".eventName: must be the name of"
                        + " an event, such as DataChange");
            }
            subscriptions.put(
                    name,
                    new SubscriptionDefinition(
                            name,
                            Texts.text(node, "description", ""),
                            Texts.flag(node, "enabled", true),
                            Texts.text(node, "source", ""),
                            event,
                            Texts.text(node, "sourceProperty", ""),
                            readImplementation(
                                    SUBSCRIPTIONS + "." + name, SUBSCRIPTION, node.path("serviceImplementation")),
                            Texts.flag(node, "isPersistent", true),
                            Texts.text(node, "runAsUser", "")));
        }
        return subscriptions;
    }

    private static Map<String, Value> readAspects(String field, JsonNode node) throws ModelException {
        Names.requireStorable(field + ".aspects", node.path("aspects"));
        try {
            return InfotableJson.readAspects(node.path("aspects"));
        } catch (InvalidValueException e) {
            throw new ModelException(ModelException.Kind.INVALID, "field " + field + ": " + e.getMessage(), e);
        }
    }

    private static Map<String, FieldDefinition> withRemoteProperties(
            Map<String, FieldDefinition> properties, JsonNode bindings) throws ModelException {
        return bound(
                properties,
                bindings,
                REMOTE_PROPERTIES,
                "remotePropertyName",
                FieldDefinition::aspects,
                (property, aspects) ->
                        new FieldDefinition(property.name(), property.description(), property.baseType(), aspects));
    }

    private static Map<String, EventDefinition> withRemoteEvents(Map<String, EventDefinition> events, JsonNode bindings)
            throws ModelException {
        return bound(
                events,
                bindings,
                REMOTE_EVENTS,
                "remoteEventName",
                EventDefinition::aspects,
                (event, aspects) -> new EventDefinition(
                        event.name(), event.description(), event.category(), event.dataShape(), aspects));
    }

    /** Members with what their bindings say among their aspects. */
    private static <T> Map<String, T> bound(
            Map<String, T> members,
            JsonNode bindings,
            String field,
            String nameAspect,
            Function<T, Map<String, Value>> aspectsOf,
            BiFunction<T, Map<String, Value>, T> withAspects)
            throws ModelException {
        Map<String, T> bound = new LinkedHashMap<>(members);
        for (Map.Entry<String, JsonNode> entry : Texts.named(bindings, field)) {
            T member = bound.get(entry.getKey());
            if (member == null) {
                throw ModelException.invalid(
                        "field " + field + "." + entry.getKey() + ": there is nothing of this name to be bound");
            }
            Map<String, Value> aspects = new LinkedHashMap<>(aspectsOf.apply(member));
            aspects.put("remote", new Value.Bool(true));
            aspects.putAll(bindingAspects(field, entry, nameAspect));
            bound.put(entry.getKey(), withAspects.apply(member, aspects));
        }
        return bound;
    }

    /** What a binding says, as aspects of what is bound. */
    private static Map<String, Value> bindingAspects(String field, Map.Entry<String, JsonNode> entry, String nameAspect)
            throws ModelException {
        Names.requireStorable(field + "." + entry.getKey(), entry.getValue());
        Map<String, Value> aspects = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> setting : entry.getValue().properties()) {
            if (setting.getKey().equals("name") || setting.getValue().isNull()) {
                continue;
            }
            String aspect = setting.getKey().equals("sourceName") ? nameAspect : setting.getKey();
            aspects.putAll(readAspects(
                    field + "." + entry.getKey(),
                    JsonNodeFactory.instance
                            .objectNode()
                            .set(
                                    "aspects",
                                    JsonNodeFactory.instance.objectNode().set(aspect, setting.getValue()))));
        }
        return aspects;
    }

    private static Map<String, ServiceImplementation> withRemoteServices(
            Map<String, ServiceImplementation> implementations, JsonNode bindings) throws ModelException {
        Map<String, ServiceImplementation> bound = new LinkedHashMap<>(implementations);
        for (Map.Entry<String, JsonNode> entry : Texts.named(bindings, REMOTE_SERVICES)) {
            String name = Names.check(REMOTE_SERVICES + "." + entry.getKey(), entry.getKey());
            Names.requireStorable(REMOTE_SERVICES + "." + name, entry.getValue());
            ObjectNode settings = entry.getValue() instanceof ObjectNode object
                    ? object.deepCopy()
                    : JsonNodeFactory.instance.objectNode();
            bound.put(name, new ServiceImplementation(name, ServiceImplementation.REMOTE, "", settings));
        }
        return bound;
    }
}
