package org.steadfast.foundation.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.security.PermissionSet;
import org.steadfast.persistence.store.PermissionStore.Permission;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.type.BaseType;

/**
 * An element of a document as the JSON that the REST API takes, so that all checks are those that every entity goes through. What
 * is not read by name is kept: texts under their names, everything else under {@link #UNINTERPRETED}. Used by one thread.
 */
final class EntityFromXml {
    /** Where the elements stand in an entity that the platform keeps and does not look into. */
    static final String UNINTERPRETED = "uninterpreted";

    /** The element, and the key of an entity, that says whose an entity is. */
    static final String OWNER = "Owner";

    static final String OWNER_KEY = "owner";

    private static final String TABLES = "configurationTables";
    /** Holds what XML has no form for: of an entity an object with some of its keys, of a cell or a text its value. */
    static final String JSON = "json";

    /** By the platform itself, whatever a document says. */
    private static final Set<String> OWN =
            Set.of("name", "id", "entityType", "lastModifiedDate", "isSystemObject", "effectiveThingPackage");

    /** How an entity came to be as it is: of interest where it was made. */
    private static final Set<String> HISTORY = Set.of("ConfigurationChanges");

    private static final Set<String> PROPERTY_KEYS = Set.of("name", "baseType", "description", "ordinal");
    private static final Set<String> SERVICE_KEYS = Set.of("name", "description", "category", "ordinal");
    private static final Set<String> EVENT_KEYS = Set.of("name", "description", "category", "ordinal", "dataShape");
    private static final Set<String> IMPLEMENTATION_KEYS = Set.of("name", "handlerName");
    private static final Set<String> SUBSCRIPTION_KEYS = Set.of(
            "name",
            "description",
            "enabled",
            "ordinal",
            "source",
            "sourceType",
            "eventName",
            "sourceProperty",
            "isPersistent",
            "runAsUser");
    private static final Set<String> ALERT_KEYS = Set.of("name", "alertType", "description", "enabled", "priority");

    private final ImportNotes notes;

    EntityFromXml(ImportNotes notes) {
        this.notes = notes;
    }

    ImportedEntity read(EntityType type, XmlElement element) throws ExchangeException {
        ObjectNode entity = object();
        element.attributes().forEach((name, text) -> {
            if (name.equals(UNINTERPRETED) || name.equals(TABLES)) {
                notes.ignored("the attribute " + name + " of " + element.name());
            } else if (isSecret(type, name)) {
                // A key is read elsewhere. Passwords of another platform mean nothing here.
                if (type == EntityType.USER) {
                    notes.ignored("the attribute " + name + " of users; AssignNewPassword gives them one");
                }
            } else if (!OWN.contains(name)) {
                entity.set(name, XmlText.attribute(name, text));
            }
        });
        Map<String, ImportedValue> values = new LinkedHashMap<>();
        List<Permission> permissions = new ArrayList<>();
        for (XmlElement child : element.children()) {
            Optional<PermissionSet> set = PermissionsXml.setOf(type, child.name());
            if (set.isPresent()) {
                permissions.addAll(readPermissions(set.get(), element, child));
            } else if (FellowshipXml.isOne(type, child.name())) {
                // Read below, with all that is told of it.
                continue;
            } else if (child.name().equals("ThingProperties")) {
                readValues(child, values);
            } else if (child.name().equals(OWNER)) {
                readOwner(entity, child);
            } else if (!type.hasMembers() || !readMembers(entity, child)) {
                readOther(type, entity, child);
            }
        }
        Optional<XmlElement> rest = element.child(JSON);
        if (rest.isPresent()) {
            override(entity, json(rest.get()));
        }
        return new ImportedEntity(
                new EntityRef(type, element.attribute("name")),
                entity,
                values,
                permissions,
                FellowshipXml.read(type, element, notes));
    }

    private static boolean isSecret(EntityType type, String attribute) {
        return switch (type) {
            case APPLICATION_KEY -> attribute.equals(FellowshipXml.KEY);
            case USER -> attribute.toLowerCase(Locale.ROOT).contains("password");
            default -> false;
        };
    }

    private List<Permission> readPermissions(PermissionSet set, XmlElement entity, XmlElement element)
            throws ExchangeException {
        try {
            return PermissionsXml.read(set, element, notes);
        } catch (ExchangeException e) {
            throw new ExchangeException(
                    e.kind(), entity.name() + " [" + entity.attribute("name") + "]: " + e.getMessage(), e);
        }
    }

    /** An owner is somebody to be asked; one that is told without a name is none. */
    private static void readOwner(ObjectNode entity, XmlElement element) {
        if (!element.attribute("name").isEmpty()) {
            ObjectNode owner = entity.putObject(OWNER_KEY);
            owner.put("name", element.attribute("name"));
            owner.put("type", element.attributes().getOrDefault("type", EntityType.USER.singular()));
        }
    }

    /** What stands there as JSON is whole: bindings that the document tells beside it are in it already. */
    private static void override(ObjectNode entity, JsonNode rest) throws ExchangeException {
        if (!(rest instanceof ObjectNode object)) {
            throw ExchangeException.refused("element json of an entity: must hold a JSON object");
        }
        Map.of(
                        "propertyDefinitions", "remotePropertyBindings",
                        "serviceImplementations", "remoteServiceBindings",
                        "eventDefinitions", "remoteEventBindings")
                .forEach((whole, bindings) -> {
                    if (object.has(whole)) {
                        entity.remove(bindings);
                    }
                });
        entity.setAll(object);
    }

    private boolean readMembers(ObjectNode entity, XmlElement child) throws ExchangeException {
        switch (child.name()) {
            case "ThingShape" -> {
                for (XmlElement part : child.children()) {
                    if (!readMembers(entity, part)) {
                        readOther(EntityType.THING_SHAPE, entity, part);
                    }
                }
            }
            case "PropertyDefinitions" -> entity.set("propertyDefinitions", fields(child, "PropertyDefinition"));
            case "ServiceDefinitions" -> entity.set("serviceDefinitions", services(child));
            case "EventDefinitions" -> {
                ObjectNode events = object();
                for (XmlElement event : named(child, "EventDefinition")) {
                    put(events, event, definition(event, EVENT_KEYS, BaseType.NOTHING));
                }
                entity.set("eventDefinitions", events);
            }
            case "ServiceImplementations" -> {
                ObjectNode implementations = object();
                for (XmlElement implementation : named(child, "ServiceImplementation")) {
                    put(implementations, implementation, implementation(implementation));
                }
                entity.set("serviceImplementations", implementations);
            }
            case "Subscriptions" -> entity.set("subscriptions", subscriptions(child));
            case "RemotePropertyBindings" ->
                entity.set("remotePropertyBindings", bindings(child, "RemotePropertyBinding"));
            case "RemoteServiceBindings" ->
                entity.set("remoteServiceBindings", bindings(child, "RemoteServiceBinding"));
            case "RemoteEventBindings" -> entity.set("remoteEventBindings", bindings(child, "RemoteEventBinding"));
            case "AlertConfigurations" -> entity.set("alertConfigurations", alerts(child));
            case "ImplementedShapes" -> {
                ArrayNode shapes = entity.putArray("implementedShapes");
                named(child, "ImplementedShape").forEach(shape -> shapes.add(shape.attribute("name")));
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void readOther(EntityType type, ObjectNode entity, XmlElement child) throws ExchangeException {
        switch (child.name()) {
            case "FieldDefinitions" -> {
                if (type.hasFields()) {
                    entity.set("fieldDefinitions", fields(child, "FieldDefinition"));
                } else {
                    keep(entity, child);
                }
            }
            case "ConfigurationTables" -> {
                for (XmlElement table : named(child, "ConfigurationTable")) {
                    addTable(entity, table);
                }
            }
            case "ConfigurationTableDefinitions" -> {
                for (XmlElement definition : named(child, "ConfigurationTableDefinition")) {
                    addTable(entity, definition);
                }
            }
            case JSON -> {
                // Read when everything else was.
            }
            default -> {
                if (HISTORY.contains(child.name())
                        || child.name().equals(UNINTERPRETED)
                        || child.name().equals(TABLES)) {
                    notes.ignored("the element " + child.name());
                } else if (child.attributes().isEmpty() && child.children().isEmpty()) {
                    if (!child.text().isBlank()) {
                        entity.put(child.name(), child.text());
                    }
                } else if (child.children().size() == 1 && child.child(JSON).isPresent()) {
                    entity.set(child.name(), json(child.child(JSON).get()));
                } else {
                    keep(entity, child);
                }
            }
        }
    }

    private void addTable(ObjectNode entity, XmlElement element) throws ExchangeException {
        String name = element.attribute("name");
        ObjectNode table = table(element, tables(entity));
        // As the platform's own tables have it.
        table.put("name", name);
        tables(entity).set(name, table);
    }

    private static ObjectNode tables(ObjectNode entity) {
        return entity.withObjectProperty(TABLES);
    }

    /** Keeps an element as it is; the platform does not look into it. */
    private static void keep(ObjectNode entity, XmlElement child) {
        if (hasContent(child)) {
            entity.withArrayProperty(UNINTERPRETED).add(UninterpretedElement.toJson(child));
        }
    }

    private static boolean hasContent(XmlElement element) {
        return !element.attributes().isEmpty()
                || !element.text().isBlank()
                || element.children().stream().anyMatch(EntityFromXml::hasContent);
    }

    private Iterable<XmlElement> named(XmlElement parent, String name) {
        return parent.children().stream()
                .filter(child -> {
                    if (!child.name().equals(name)) {
                        notes.ignored("the element " + child.name() + " in " + parent.name());
                    }
                    return child.name().equals(name);
                })
                .toList();
    }

    private static void put(ObjectNode into, XmlElement element, JsonNode definition) throws ExchangeException {
        if (into.has(element.attribute("name"))) {
            throw ExchangeException.refused(element.name() + " [" + element.attribute("name") + "] is there twice");
        }
        into.set(element.attribute("name"), definition);
    }

    private ObjectNode fields(XmlElement parent, String element) throws ExchangeException {
        ObjectNode fields = object();
        for (XmlElement field : named(parent, element)) {
            put(fields, field, definition(field, PROPERTY_KEYS, baseType(field)));
        }
        return fields;
    }

    private static BaseType baseType(XmlElement field) {
        return BaseType.ofName(field.attribute("baseType")).orElse(BaseType.NOTHING);
    }

    /** A definition's attributes, and those that begin with {@code aspect.} as its aspects. */
    private ObjectNode definition(XmlElement element, Set<String> keys, BaseType type) {
        ObjectNode definition = object();
        ObjectNode aspects = definition.putObject("aspects");
        element.attributes().forEach((name, text) -> {
            if (name.startsWith("aspect.")) {
                String aspect = name.substring("aspect.".length());
                aspects.set(aspect, XmlText.aspect(aspect, text, type));
            } else if (keys.contains(name)) {
                definition.set(name, XmlText.attribute(name, text));
            } else if (!text.isEmpty() && !text.equals("false")) {
                notes.ignored("the attribute " + name + " of " + element.name());
            }
        });
        return definition;
    }

    private ObjectNode services(XmlElement parent) throws ExchangeException {
        ObjectNode services = object();
        for (XmlElement element : named(parent, "ServiceDefinition")) {
            ObjectNode service = definition(element, SERVICE_KEYS, BaseType.NOTHING);
            for (XmlElement part : element.children()) {
                switch (part.name()) {
                    case "ResultType" -> service.set("resultType", definition(part, PROPERTY_KEYS, baseType(part)));
                    case "ParameterDefinitions" -> service.set("parameterDefinitions", fields(part, "FieldDefinition"));
                    default -> notes.ignored("the element " + part.name() + " in ServiceDefinition");
                }
            }
            put(services, element, service);
        }
        return services;
    }

    private ObjectNode implementation(XmlElement element) throws ExchangeException {
        ObjectNode implementation = definition(element, IMPLEMENTATION_KEYS, BaseType.NOTHING);
        implementation.remove("aspects");
        ObjectNode tables = object();
        for (XmlElement part : element.children()) {
            if (part.name().equals("ConfigurationTables")) {
                for (XmlElement table : named(part, "ConfigurationTable")) {
                    tables.set(table.attribute("name"), table(table, tables));
                }
            } else if (part.name().equals("Settings") && part.child(JSON).isPresent()) {
                implementation.set("settings", settings(part.child(JSON).get()));
            } else {
                notes.ignored("the element " + part.name() + " in " + element.name());
            }
        }
        String handler = implementation.path("handlerName").asText("Script");
        if (handler.equals("Script") || tables.isEmpty()) {
            implementation.set("configurationTables", tables);
        } else {
            // Of handlers that the platform does not have: kept for those who have them.
            implementation.putObject("configurationTables");
            implementation.withObjectProperty("settings").set("configurationTables", tables);
        }
        return implementation;
    }

    private static JsonNode settings(XmlElement element) throws ExchangeException {
        JsonNode settings = json(element);
        if (!settings.isObject()) {
            throw ExchangeException.refused("element Settings of an implementation: must hold a JSON object");
        }
        return settings;
    }

    private ObjectNode subscriptions(XmlElement parent) throws ExchangeException {
        ObjectNode subscriptions = object();
        for (XmlElement element : named(parent, "Subscription")) {
            ObjectNode subscription = definition(element, SUBSCRIPTION_KEYS, BaseType.NOTHING);
            subscription.remove("aspects");
            for (XmlElement part : named(element, "ServiceImplementation")) {
                subscription.set("serviceImplementation", implementation(part));
            }
            put(subscriptions, element, subscription);
        }
        return subscriptions;
    }

    private ObjectNode bindings(XmlElement parent, String element) throws ExchangeException {
        ObjectNode bindings = object();
        for (XmlElement binding : named(parent, element)) {
            ObjectNode settings = object();
            binding.attributes().forEach((name, text) -> {
                if (!name.equals("name")) {
                    settings.set(
                            name.startsWith("aspect.") ? name.substring("aspect.".length()) : name,
                            XmlText.aspect(name, text, BaseType.NOTHING));
                }
            });
            put(bindings, binding, settings);
        }
        return bindings;
    }

    private ObjectNode alerts(XmlElement parent) throws ExchangeException {
        ObjectNode alerts = object();
        for (XmlElement property : named(parent, "AlertDefinitions")) {
            ObjectNode definitions = object();
            for (XmlElement alert : named(property, "AlertDefinition")) {
                ObjectNode definition = definition(alert, ALERT_KEYS, BaseType.NOTHING);
                definition.remove("aspects");
                ObjectNode attributes = definition.putObject("attributes");
                for (XmlElement part : named(alert, "AlertAttributes")) {
                    for (XmlElement attribute : part.children()) {
                        attributes.set(
                                attribute.name(), XmlText.aspect(attribute.name(), attribute.text(), BaseType.NOTHING));
                    }
                }
                put(definitions, alert, definition);
            }
            ObjectNode of = object();
            of.set("alertDefinitions", definitions);
            put(alerts, property, of);
        }
        return alerts;
    }

    /**
     * A table of settings, added to what the document has told of it before.
     *
     * @param known all tables so far
     */
    private ObjectNode table(XmlElement element, ObjectNode known) throws ExchangeException {
        ObjectNode table = known.path(element.attribute("name")) instanceof ObjectNode before ? before : object();
        element.attributes().forEach((name, text) -> {
            if (!name.equals("name")) {
                table.set(name, XmlText.attribute(name, text));
            }
        });
        Optional<XmlElement> shape = element.child("DataShape");
        if (shape.isPresent() && shape.get().child("FieldDefinitions").isPresent()) {
            table.putObject("dataShape")
                    .set(
                            "fieldDefinitions",
                            fields(shape.get().child("FieldDefinitions").get(), "FieldDefinition"));
        }
        for (XmlElement part : element.children()) {
            if (part.name().equals("Rows")) {
                ArrayNode rows = table.putArray("rows");
                for (XmlElement row : named(part, "Row")) {
                    rows.add(row(row, table.path("dataShape").path("fieldDefinitions")));
                }
            } else if (!part.name().equals("DataShape") && hasContent(part)) {
                notes.ignored("the element " + part.name() + " in " + element.name());
            }
        }
        return table;
    }

    private static ObjectNode row(XmlElement element, JsonNode fields) throws ExchangeException {
        ObjectNode row = object();
        for (XmlElement cell : element.children()) {
            Optional<XmlElement> json = cell.child(JSON);
            String type = cell.attributes().containsKey("baseType")
                    ? cell.attribute("baseType")
                    : fields.path(cell.name()).path("baseType").asText();
            row.set(
                    cell.name(),
                    json.isPresent()
                            ? json(json.get())
                            : XmlText.of(BaseType.ofName(type).orElse(BaseType.STRING), cell.text()));
        }
        return row;
    }

    private static void readValues(XmlElement element, Map<String, ImportedValue> values) throws ExchangeException {
        for (XmlElement property : element.children()) {
            Optional<XmlElement> value = property.child("Value");
            if (value.isEmpty()) {
                continue;
            }
            String name = property.name().equals("ThingProperty")
                            && property.attributes().containsKey("name")
                    ? property.attribute("name")
                    : property.name();
            Optional<XmlElement> json = value.get().child(JSON);
            values.put(
                    name,
                    new ImportedValue(
                            json.isPresent()
                                    ? json(json.get())
                                    : JsonNodeFactory.instance.textNode(
                                            value.get().text()),
                            property.child("Timestamp")
                                    .map(XmlElement::text)
                                    .orElse("")
                                    .strip(),
                            property.child("Quality")
                                    .map(XmlElement::text)
                                    .orElse("")
                                    .strip()));
        }
    }

    private static JsonNode json(XmlElement element) throws ExchangeException {
        try {
            return Json.read(element.text());
        } catch (InvalidValueException e) {
            throw new ExchangeException(ExchangeException.Kind.REFUSED, "an element json: " + e.getMessage(), e);
        }
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
