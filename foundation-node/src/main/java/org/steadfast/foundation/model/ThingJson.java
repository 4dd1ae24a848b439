package org.steadfast.foundation.model;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.steadfast.persistence.store.StoredEntity;
import org.steadfast.protocol.json.InfotableJson;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.type.FieldDefinition;

/** Things as JSON: as they are stored, as the REST API shows them, and as clients send them. Stateless. */
public final class ThingJson {
    private static final int LONGEST_NAME = 255;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");
    /** The character 0, and halves of characters: no database holds them in a text. */
    private static final Pattern UNSTORABLE = Pattern.compile("[\\x00\\x{D800}-\\x{DFFF}]");

    private ThingJson() {}

    static String toStored(Thing thing) {
        return text(json -> {
            json.writeStartObject();
            json.writeStringField("description", thing.description());
            json.writeStringField("thingTemplate", thing.thingTemplate());
            json.writeStringField("projectName", thing.projectName());
            json.writeBooleanField("enabled", thing.enabled());
            writeProperties(json, thing);
            json.writeEndObject();
        });
    }

    static Thing fromStored(StoredEntity entity) {
        try {
            JsonNode node = Json.read(entity.definition());
            return new Thing(
                    entity.id(),
                    entity.name(),
                    entity.version(),
                    entity.modified(),
                    node.path("description").asText(),
                    node.path("thingTemplate").asText(),
                    node.path("projectName").asText(),
                    entity.identifier(),
                    node.path("enabled").asBoolean(true),
                    readProperties(node.path("propertyDefinitions")));
        } catch (InvalidValueException | ModelException e) {
            throw new IllegalStateException("the stored definition of " + entity.name() + " cannot be read", e);
        }
    }

    /** The entity as the REST API shows it: own members and, while there is no inheritance, the same as effective ones. */
    public static String toEntity(Thing thing) {
        return text(json -> {
            json.writeStartObject();
            json.writeStringField("entityType", Thing.COLLECTION);
            json.writeStringField("name", thing.name());
            json.writeStringField("description", thing.description());
            json.writeStringField("thingTemplate", thing.thingTemplate());
            json.writeStringField("projectName", thing.projectName());
            json.writeStringField("identifier", thing.identifier().orElse(""));
            json.writeBooleanField("enabled", thing.enabled());
            json.writeBooleanField("isSystemObject", false);
            json.writeNumberField("lastModifiedDate", thing.modified());
            json.writeArrayFieldStart("tags");
            json.writeEndArray();
            json.writeObjectFieldStart("configurationTables");
            json.writeEndObject();
            for (String shape : new String[] {"thingShape", "effectiveShape"}) {
                json.writeObjectFieldStart(shape);
                writeProperties(json, thing);
                for (String members : new String[] {
                    "serviceDefinitions", "serviceImplementations", "eventDefinitions", "subscriptions"
                }) {
                    json.writeObjectFieldStart(members);
                    json.writeEndObject();
                }
                json.writeEndObject();
            }
            json.writeEndObject();
        });
    }

    /**
     * Reads a thing that a client sent.
     *
     * @param present the thing as it is, whose fields stand where the client sends none
     * @throws ModelException {@link ModelException.Kind#INVALID}, naming the field
     */
    public static Thing fromEntity(JsonNode node, Thing present) throws ModelException {
        if (!(node instanceof ObjectNode)) {
            throw invalid("the body must be a JSON object that describes the thing");
        }
        JsonNode definitions = node.has("propertyDefinitions")
                ? node.get("propertyDefinitions")
                : node.path("thingShape").path("propertyDefinitions");
        return new Thing(
                present.id(),
                present.name(),
                present.version(),
                present.modified(),
                text(node, "description", present.description()),
                text(node, "thingTemplate", present.thingTemplate()),
                text(node, "projectName", present.projectName()),
                identifier(node, present),
                flag(node, "enabled", present.enabled()),
                definitions.isMissingNode() ? present.properties() : readProperties(definitions));
    }

    /** Reads the name of a new entity. */
    public static String requireName(JsonNode node, String field) throws ModelException {
        JsonNode name = node.path(field);
        if (!name.isTextual() || name.textValue().isBlank()) {
            throw invalid("field " + field + ": a name is needed");
        }
        return checkName(field, name.textValue());
    }

    /** Refuses names that cannot be addressed or told apart. */
    public static String checkName(String field, String name) throws ModelException {
        if (name.isBlank() || name.length() > LONGEST_NAME) {
            throw invalid("field " + field + ": a name has 1 to " + LONGEST_NAME + " characters");
        }
        if (CONTROL.matcher(name).find() || !name.equals(name.strip()) || name.startsWith("*") || name.contains("/")) {
            throw invalid(
                    "field " + field + ": a name has no control characters, no / and no space around it, and does not"
                            + " begin with *");
        }
        // In an address these mean folders.
        if (name.equals(".") || name.equals("..") || name.contains("\\")) {
            throw invalid("field " + field + ": a name is not . or .. and has no backslash");
        }
        requireStorable(field, name);
        return name;
    }

    /** Reads a property definition as entity JSON holds it, under the key {@code name}. */
    public static FieldDefinition readProperty(String name, JsonNode node) throws ModelException {
        requireStorable("propertyDefinitions." + name, node);
        try {
            return InfotableJson.readField(checkName("propertyDefinitions." + name, name), node);
        } catch (InvalidValueException e) {
            throw new ModelException(ModelException.Kind.INVALID, "field propertyDefinitions: " + e.getMessage(), e);
        }
    }

    private static Map<String, FieldDefinition> readProperties(JsonNode definitions) throws ModelException {
        if (!definitions.isObject()) {
            throw invalid("field propertyDefinitions: must be an object with one key per property");
        }
        // By their ordinals: a database need not keep the order of keys.
        List<Map.Entry<String, JsonNode>> entries = new ArrayList<>(definitions.properties());
        entries.sort(Comparator.comparingInt(
                entry -> entry.getValue().path("ordinal").asInt()));
        Map<String, FieldDefinition> properties = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : entries) {
            properties.put(entry.getKey(), readProperty(entry.getKey(), entry.getValue()));
        }
        return properties;
    }

    private static void requireStorable(String field, JsonNode node) throws ModelException {
        if (node.isTextual()) {
            requireStorable(field, node.textValue());
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            requireStorable(field, entry.getKey());
        }
        for (JsonNode child : node) {
            requireStorable(field, child);
        }
    }

    private static void requireStorable(String field, String text) throws ModelException {
        if (UNSTORABLE.matcher(text).find()) {
            throw invalid("field " + field + ": a text has no character 0 and no halves of characters");
        }
    }

    private static Optional<String> identifier(JsonNode node, Thing present) throws ModelException {
        if (!node.has("identifier")) {
            return present.identifier();
        }
        String text = text(node, "identifier", "");
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static String text(JsonNode node, String field, String otherwise) throws ModelException {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isTextual()) {
            throw invalid("field " + field + ": must be a text");
        }
        requireStorable(field, value.textValue());
        return value.textValue();
    }

    private static boolean flag(JsonNode node, String field, boolean otherwise) throws ModelException {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw invalid("field " + field + ": must be true or false");
        }
        return value.booleanValue();
    }

    private static void writeProperties(JsonGenerator json, Thing thing) throws IOException {
        json.writeObjectFieldStart("propertyDefinitions");
        int ordinal = 0;
        for (FieldDefinition property : thing.properties().values()) {
            json.writeFieldName(property.name());
            InfotableJson.writeField(json, property, ordinal++);
        }
        json.writeEndObject();
    }

    private static ModelException invalid(String message) {
        return new ModelException(ModelException.Kind.INVALID, message);
    }

    /** Writes to a generator. */
    @FunctionalInterface
    private interface Writing {
        void to(JsonGenerator json) throws IOException;
    }

    private static String text(Writing writing) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = Json.mapper().createGenerator(text)) {
            writing.to(json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return text.toString();
    }
}
