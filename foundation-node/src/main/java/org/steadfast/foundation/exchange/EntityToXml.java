package org.steadfast.foundation.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityJson;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.property.PropertyUpdate;
import org.steadfast.persistence.store.PermissionStore.Permission;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.Value;

/**
 * Entities as elements of a document. What was written is read again and compared with the entity: what has not come back goes into the
 * element {@code json}, so that nothing is lost, whatever an author has put there. Stateless.
 */
final class EntityToXml {
    /** Longer texts stand between tags, where they can be read. */
    private static final int LONGEST_ATTRIBUTE = 200;

    private static final Set<String> MEMBERS = Set.of(
            "propertyDefinitions",
            "serviceDefinitions",
            "serviceImplementations",
            "eventDefinitions",
            "subscriptions",
            "alertConfigurations",
            "implementedShapes",
            "fieldDefinitions",
            "configurationTables",
            EntityFromXml.UNINTERPRETED);

    private static final Set<String> BINDING_ASPECTS =
            Set.of("pushType", "pushThreshold", "foldType", "timeout", "cacheTime");

    private EntityToXml() {}

    /**
     * What stands in a document besides what the entity is.
     *
     * @param values of a thing's properties
     */
    record Company(List<PropertyUpdate> values, List<Permission> permissions, Fellowship fellowship) {
        static final Company NONE = new Company(List.of(), List.of(), Fellowship.NONE);

        private void addTo(EntityType type, List<XmlElement> content) {
            content.addAll(PermissionsXml.elements(type, permissions));
            content.addAll(FellowshipXml.elements(fellowship));
            addValues(content, values);
        }
    }

    static XmlElement element(Entity entity, Company company) {
        JsonNode stored = stored(entity);
        XmlElement plain = element(entity, stored, JsonNodeFactory.instance.objectNode(), company);
        ObjectNode lost = lost(entity, stored, plain);
        if (lost.isEmpty()) {
            return plain;
        }
        XmlElement whole = element(entity, stored, lost, company);
        ObjectNode still = isWritable(whole) ? lost(entity, stored, whole) : (ObjectNode) stored;
        if (still.isEmpty()) {
            return whole;
        }
        // Nothing of it goes into XML as it should; JSON takes everything.
        List<XmlElement> content = new ArrayList<>();
        content.add(json(stored));
        company.addTo(entity.type(), content);
        return new XmlElement(entity.type().singular(), Map.of("name", entity.name()), content, "");
    }

    private static JsonNode stored(Entity entity) {
        try {
            return Json.read(EntityJson.toStored(entity));
        } catch (InvalidValueException e) {
            throw new IllegalStateException("the definition of " + entity.ref() + " cannot be written", e);
        }
    }

    /** Keys of the entity that a reader of the element would not have as they are. */
    private static ObjectNode lost(Entity entity, JsonNode stored, XmlElement element) {
        ObjectNode lost = JsonNodeFactory.instance.objectNode();
        if (!isWritable(element)) {
            return (ObjectNode) stored;
        }
        JsonNode back;
        try {
            ImportedEntity read = new EntityFromXml(new ImportNotes()).read(entity.type(), element);
            back = stored(EntityJson.read(read.definition(), Entity.draft(entity.type(), entity.name())));
        } catch (ExchangeException | ModelException | RuntimeException e) {
            return (ObjectNode) stored;
        }
        for (Map.Entry<String, JsonNode> entry : stored.properties()) {
            if (!entry.getValue().equals(back.get(entry.getKey()))) {
                lost.set(entry.getKey(), entry.getValue());
            }
        }
        return lost;
    }

    private static boolean isWritable(XmlElement element) {
        return Xml.isName(element.name())
                && Xml.isText(element.text())
                && element.attributes().entrySet().stream()
                        .allMatch(attribute -> Xml.isName(attribute.getKey()) && Xml.isText(attribute.getValue()))
                && element.children().stream().allMatch(EntityToXml::isWritable);
    }

    private static XmlElement element(Entity entity, JsonNode stored, ObjectNode rest, Company company) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("name", entity.name());
        List<XmlElement> content = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : stored.properties()) {
            String key = entry.getKey();
            JsonNode value = entry.getValue();
            if (rest.has(key) || MEMBERS.contains(key) || !Xml.isName(key)) {
                continue;
            }
            if (isOwner(key, value)) {
                content.add(new XmlElement(
                        EntityFromXml.OWNER,
                        attributes(
                                "name", value.path("name").asText(),
                                "type", value.path("type").asText()),
                        List.of(),
                        ""));
            } else if (key.equals("tags")) {
                attributes.put(key, String.join(";", entity.tags()));
            } else if (value.isBoolean()) {
                attributes.put(key, value.asText());
            } else if (value.isTextual() && value.textValue().length() <= LONGEST_ATTRIBUTE) {
                attributes.put(key, value.textValue());
            } else if (value.isTextual()) {
                content.add(text(key, value.textValue()));
            } else {
                content.add(new XmlElement(key, Map.of(), List.of(json(value)), ""));
            }
        }
        if (!rest.isEmpty()) {
            content.add(json(rest));
        }
        Parts parts = new Parts(stored, rest);
        if (entity.type() == EntityType.DATA_SHAPE) {
            parts.add(content, "fieldDefinitions", fields -> fields("FieldDefinitions", "FieldDefinition", fields));
        } else if (entity.type().hasMembers()) {
            List<XmlElement> shape = new ArrayList<>();
            parts.addShape(shape);
            if (entity.type() == EntityType.THING_SHAPE) {
                content.addAll(shape);
            } else {
                content.add(new XmlElement("ThingShape", Map.of(), shape, ""));
            }
            parts.add(content, "propertyDefinitions", properties -> propertyBindings(properties));
            parts.add(content, "serviceImplementations", services -> serviceBindings(services));
            parts.add(content, "alertConfigurations", EntityToXml::alerts);
            parts.add(
                    content,
                    "implementedShapes",
                    shapes -> each(
                            "ImplementedShapes",
                            shapes,
                            (name, shape1) -> new XmlElement(
                                    "ImplementedShape",
                                    attributes("name", name, "type", "ThingShape"),
                                    List.of(),
                                    "")));
        }
        parts.add(content, "configurationTables", EntityToXml::tables);
        if (!rest.has(EntityFromXml.UNINTERPRETED)) {
            stored.path(EntityFromXml.UNINTERPRETED)
                    .forEach(element -> content.add(UninterpretedElement.fromJson(element)));
        }
        company.addTo(entity.type(), content);
        return new XmlElement(entity.type().singular(), attributes, content, "");
    }

    private static boolean isOwner(String key, JsonNode value) {
        return key.equals(EntityFromXml.OWNER_KEY) && value.has("name") && value.has("type") && value.size() == 2;
    }

    /** Keys of an entity that have an element of their own. */
    private record Parts(JsonNode stored, ObjectNode rest) {
        interface Form {
            XmlElement of(JsonNode value);
        }

        void add(List<XmlElement> content, String key, Form form) {
            if (stored.has(key) && !rest.has(key)) {
                XmlElement element = form.of(stored.get(key));
                if (!element.children().isEmpty()) {
                    content.add(element);
                }
            }
        }

        void addShape(List<XmlElement> shape) {
            add(
                    shape,
                    "propertyDefinitions",
                    properties -> each(
                            "PropertyDefinitions",
                            properties,
                            (name, property) -> definition("PropertyDefinition", withoutBinding(property), List.of())));
            add(shape, "serviceDefinitions", services -> each("ServiceDefinitions", services, EntityToXml::service));
            add(
                    shape,
                    "eventDefinitions",
                    events -> each(
                            "EventDefinitions",
                            events,
                            (name, event) -> definition("EventDefinition", event, List.of())));
            add(shape, "serviceImplementations", EntityToXml::implementations);
            add(
                    shape,
                    "subscriptions",
                    subscriptions -> each("Subscriptions", subscriptions, EntityToXml::subscription));
        }
    }

    /** Makes an element of a definition. */
    private interface Each {
        XmlElement of(String name, JsonNode definition);
    }

    /** Definitions in the order of their ordinals. */
    private static XmlElement each(String element, JsonNode definitions, Each each) {
        List<XmlElement> content = definitions.properties().stream()
                .sorted(Comparator.comparingInt(
                        entry -> entry.getValue().path("ordinal").asInt()))
                .map(entry -> each.of(entry.getKey(), entry.getValue()))
                .collect(Collectors.toList());
        return new XmlElement(element, Map.of(), content, "");
    }

    private static Map<String, String> attributes(String... namesAndTexts) {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            attributes.put(namesAndTexts[i], namesAndTexts[i + 1]);
        }
        return attributes;
    }

    /** A definition's single values as attributes, and its aspects as {@code aspect.*}. */
    private static XmlElement definition(String element, JsonNode definition, List<XmlElement> content) {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : definition.properties()) {
            if (entry.getValue().isValueNode()) {
                attributes.put(entry.getKey(), entry.getValue().asText());
            }
        }
        for (Map.Entry<String, JsonNode> aspect : definition.path("aspects").properties()) {
            attributes.put("aspect." + aspect.getKey(), text(aspect.getValue()));
        }
        return new XmlElement(element, attributes, content, "");
    }

    private static String text(JsonNode value) {
        return value.isValueNode() ? value.asText() : Json.write(value);
    }

    private static XmlElement fields(String parent, String element, JsonNode fields) {
        return each(parent, fields, (name, field) -> definition(element, field, List.of()));
    }

    private static XmlElement service(String name, JsonNode service) {
        return definition(
                "ServiceDefinition",
                service,
                List.of(
                        definition("ResultType", service.path("resultType"), List.of()),
                        fields("ParameterDefinitions", "FieldDefinition", service.path("parameterDefinitions"))));
    }

    private static XmlElement implementations(JsonNode implementations) {
        List<XmlElement> content = new ArrayList<>();
        implementations.properties().forEach(entry -> {
            if (!isRemote(entry.getValue())) {
                content.add(implementation(entry.getValue()));
            }
        });
        return new XmlElement("ServiceImplementations", Map.of(), content, "");
    }

    private static boolean isRemote(JsonNode implementation) {
        return implementation.path("handlerName").asText().equals("Remote");
    }

    private static XmlElement implementation(JsonNode implementation) {
        List<XmlElement> content = new ArrayList<>();
        ObjectNode settings = implementation.path("settings") instanceof ObjectNode object
                ? object.deepCopy()
                : JsonNodeFactory.instance.objectNode();
        JsonNode tables = implementation.path("configurationTables");
        if (tables.isEmpty() && settings.has("configurationTables")) {
            tables = settings.remove("configurationTables");
        }
        content.add(tables(tables));
        if (!settings.isEmpty()) {
            content.add(new XmlElement("Settings", Map.of(), List.of(json(settings)), ""));
        }
        return new XmlElement(
                "ServiceImplementation",
                attributes(
                        "name", implementation.path("name").asText(),
                        "handlerName", implementation.path("handlerName").asText()),
                content,
                "");
    }

    private static XmlElement subscription(String name, JsonNode subscription) {
        return definition(
                "Subscription", subscription, List.of(implementation(subscription.path("serviceImplementation"))));
    }

    private static boolean isBound(JsonNode property) {
        return property.path("aspects").path("remote").asBoolean();
    }

    private static JsonNode withoutBinding(JsonNode property) {
        if (!isBound(property)) {
            return property;
        }
        ObjectNode own = property.deepCopy();
        ObjectNode aspects = own.withObjectProperty("aspects");
        aspects.remove("remote");
        aspects.remove("remotePropertyName");
        aspects.remove(BINDING_ASPECTS);
        return own;
    }

    private static XmlElement propertyBindings(JsonNode properties) {
        List<XmlElement> bindings = new ArrayList<>();
        for (Map.Entry<String, JsonNode> property : properties.properties()) {
            if (isBound(property.getValue())) {
                Map<String, String> attributes = attributes("name", property.getKey());
                JsonNode aspects = property.getValue().path("aspects");
                if (aspects.has("remotePropertyName")) {
                    attributes.put("sourceName", text(aspects.get("remotePropertyName")));
                }
                for (Map.Entry<String, JsonNode> aspect : aspects.properties()) {
                    if (BINDING_ASPECTS.contains(aspect.getKey())) {
                        attributes.put(aspect.getKey(), text(aspect.getValue()));
                    }
                }
                bindings.add(new XmlElement("RemotePropertyBinding", attributes, List.of(), ""));
            }
        }
        return new XmlElement("RemotePropertyBindings", Map.of(), bindings, "");
    }

    private static XmlElement serviceBindings(JsonNode implementations) {
        List<XmlElement> bindings = new ArrayList<>();
        for (Map.Entry<String, JsonNode> implementation : implementations.properties()) {
            if (isRemote(implementation.getValue())) {
                Map<String, String> attributes = attributes("name", implementation.getKey());
                for (Map.Entry<String, JsonNode> setting :
                        implementation.getValue().path("settings").properties()) {
                    attributes.put(setting.getKey(), text(setting.getValue()));
                }
                bindings.add(new XmlElement("RemoteServiceBinding", attributes, List.of(), ""));
            }
        }
        return new XmlElement("RemoteServiceBindings", Map.of(), bindings, "");
    }

    private static XmlElement alerts(JsonNode alerts) {
        return each("AlertConfigurations", alerts, (property, of) -> {
            XmlElement definitions = each("AlertDefinitions", of.path("alertDefinitions"), (name, alert) -> {
                List<XmlElement> attributes = new ArrayList<>();
                alert.path("attributes")
                        .properties()
                        .forEach(attribute -> attributes.add(text(attribute.getKey(), text(attribute.getValue()))));
                return definition(
                        "AlertDefinition",
                        alert,
                        attributes.isEmpty()
                                ? List.of()
                                : List.of(new XmlElement("AlertAttributes", Map.of(), attributes, "")));
            });
            return new XmlElement("AlertDefinitions", attributes("name", property), definitions.children(), "");
        });
    }

    private static XmlElement tables(JsonNode tables) {
        return each("ConfigurationTables", tables, (name, table) -> {
            Map<String, String> attributes = attributes("name", name);
            List<XmlElement> content = new ArrayList<>();
            for (Map.Entry<String, JsonNode> entry : table.properties()) {
                if (entry.getValue().isValueNode() && !entry.getKey().equals("name")) {
                    attributes.put(entry.getKey(), entry.getValue().asText());
                }
            }
            if (table.has("dataShape")) {
                XmlElement fields = fields(
                        "FieldDefinitions",
                        "FieldDefinition",
                        table.path("dataShape").path("fieldDefinitions"));
                content.add(new XmlElement("DataShape", Map.of(), List.of(fields), ""));
            }
            if (table.has("rows")) {
                List<XmlElement> rows = new ArrayList<>();
                table.path("rows").forEach(row -> rows.add(row(row)));
                content.add(new XmlElement("Rows", Map.of(), rows, ""));
            }
            return new XmlElement("ConfigurationTable", attributes, content, "");
        });
    }

    private static XmlElement row(JsonNode row) {
        List<XmlElement> cells = new ArrayList<>();
        for (Map.Entry<String, JsonNode> cell : row.properties()) {
            JsonNode value = cell.getValue();
            if (value.isTextual()) {
                cells.add(text(cell.getKey(), value.textValue()));
            } else if (value.isNumber() || value.isBoolean()) {
                BaseType type = value.isNumber() ? BaseType.NUMBER : BaseType.BOOLEAN;
                cells.add(
                        new XmlElement(cell.getKey(), attributes("baseType", type.name()), List.of(), value.asText()));
            } else {
                cells.add(new XmlElement(cell.getKey(), Map.of(), List.of(json(value)), ""));
            }
        }
        return new XmlElement("Row", Map.of(), cells, "");
    }

    private static void addValues(List<XmlElement> content, List<PropertyUpdate> values) {
        if (values.isEmpty()) {
            return;
        }
        List<XmlElement> properties = new ArrayList<>();
        for (PropertyUpdate update : values) {
            JsonNode json = update.value() instanceof Value.Datetime datetime
                    ? TextNode.valueOf(
                            Instant.ofEpochMilli(datetime.epochMillis()).toString())
                    : ValueJson.toJson(update.value());
            boolean isPlain = json.isTextual() ? Xml.isText(json.textValue()) : json.isBoolean() || json.isNumber();
            List<XmlElement> parts = List.of(
                    isPlain ? text("Value", json.asText()) : new XmlElement("Value", Map.of(), List.of(json(json)), ""),
                    text("Timestamp", Instant.ofEpochMilli(update.time()).toString()),
                    text("Quality", Xml.isText(update.quality()) ? update.quality() : PropertyUpdate.GOOD));
            properties.add(
                    Xml.isName(update.property())
                            ? new XmlElement(update.property(), Map.of(), parts, "")
                            : new XmlElement("ThingProperty", attributes("name", update.property()), parts, ""));
        }
        content.add(new XmlElement("ThingProperties", Map.of(), properties, ""));
    }

    private static XmlElement text(String name, String text) {
        return new XmlElement(name, Map.of(), List.of(), text);
    }

    private static XmlElement json(JsonNode value) {
        StringBuilder escaped = new StringBuilder();
        // What XML has no place for has one in JSON, as an escape.
        for (char c : Json.write(value).toCharArray()) {
            if (Xml.isCharacter(c) || Character.isSurrogate(c)) {
                escaped.append(c);
            } else {
                escaped.append(String.format("\\u%04x", (int) c));
            }
        }
        return text(EntityFromXml.JSON, escaped.toString());
    }
}
