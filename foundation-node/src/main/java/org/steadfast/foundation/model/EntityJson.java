package org.steadfast.foundation.model;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.steadfast.persistence.store.StoredEntity;
import org.steadfast.protocol.json.InfotableJson;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.type.FieldDefinition;

/** Entities as JSON: as they are stored, as the REST API shows them, and as clients send them. Stateless. */
public final class EntityJson {
    private static final String SHAPE = "thingShape";
    private static final String EFFECTIVE_SHAPE = "effectiveShape";
    private static final String IMPLEMENTED_SHAPES = "implementedShapes";
    private static final String FIELDS = "fieldDefinitions";

    /** Keys that are read by name, or that the platform keeps by itself; all others are the author's. */
    private static final Set<String> KNOWN = Set.of(
            "id",
            "entityType",
            "name",
            "description",
            "projectName",
            "tags",
            "identifier",
            "enabled",
            "thingTemplate",
            "thingTemplateName",
            "baseThingTemplate",
            "baseDataShape",
            IMPLEMENTED_SHAPES,
            SHAPE,
            EFFECTIVE_SHAPE,
            FIELDS,
            "isSystemObject",
            "lastModifiedDate",
            MembersJson.PROPERTIES,
            MembersJson.SERVICES,
            MembersJson.IMPLEMENTATIONS,
            MembersJson.EVENTS,
            MembersJson.SUBSCRIPTIONS,
            AlertsJson.ALERTS,
            MembersJson.REMOTE_PROPERTIES,
            MembersJson.REMOTE_SERVICES,
            MembersJson.REMOTE_EVENTS);

    /** What is no part of an entity and must never become one. */
    private static final Set<String> SECRETS =
            Set.of("password", "oldPassword", "newPassword", "newPasswordConfirm", "keyId", "key");

    private EntityJson() {}

    static ObjectNode nothingElse() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** The entity as its author defined it, without its name; {@link #read} reads it again. */
    public static String toStored(Entity entity) {
        return text(json -> {
            json.writeStartObject();
            writeHeader(json, entity);
            if (entity.type().hasMembers()) {
                MembersJson.write(json, entity.members());
            }
            writeOther(json, entity);
            json.writeEndObject();
        });
    }

    /** @throws ModelException if a definition, as it would be stored, cannot be read */
    static void requireReadable(Entity entity, String definition) throws ModelException {
        try {
            var unused = read(Json.read(definition), entity);
        } catch (InvalidValueException e) {
            throw new ModelException(
                    ModelException.Kind.INVALID, "the definition cannot be kept: " + e.getMessage(), e);
        }
    }

    static Entity fromStored(StoredEntity stored) {
        EntityType type = EntityType.ofCollection(stored.collection())
                .orElseThrow(() -> new IllegalStateException("unknown collection " + stored.collection()));
        try {
            Entity blank = new Entity(
                    stored.id(),
                    new EntityRef(type, stored.name()),
                    stored.version(),
                    stored.modified(),
                    "",
                    "",
                    List.of(),
                    stored.identifier(),
                    true,
                    "",
                    List.of(),
                    Members.NONE,
                    Map.of(),
                    nothingElse());
            return read(Json.read(stored.definition()), blank)
                    .change()
                    .identifier(stored.identifier())
                    .build();
        } catch (InvalidValueException | ModelException e) {
            throw new IllegalStateException("the stored definition of " + stored.name() + " cannot be read", e);
        }
    }

    /**
     * The entity as the REST API shows it.
     *
     * @param effective all members, with inherited ones; not used for entities that have none
     */
    public static String toEntity(Entity entity, Members effective) {
        return text(json -> {
            json.writeStartObject();
            json.writeStringField("entityType", entity.type().collection());
            json.writeStringField("name", entity.name());
            writeHeader(json, entity);
            json.writeBooleanField("isSystemObject", entity.isSystemObject());
            json.writeNumberField("lastModifiedDate", entity.modified());
            if (!entity.other().has("configurationTables")) {
                json.writeObjectFieldStart("configurationTables");
                json.writeEndObject();
            }
            writeOther(json, entity);
            if (entity.type() == EntityType.THING_SHAPE) {
                MembersJson.write(json, entity.members());
            }
            if (entity.type().hasMembers()) {
                // Once only: a client that changes one of two copies would not know which of them is read.
                if (entity.type() != EntityType.THING_SHAPE) {
                    json.writeObjectFieldStart(SHAPE);
                    MembersJson.write(json, entity.members());
                    json.writeEndObject();
                }
                json.writeObjectFieldStart(EFFECTIVE_SHAPE);
                MembersJson.write(json, effective);
                json.writeEndObject();
            }
            json.writeEndObject();
        });
    }

    /**
     * All that an entity can do.
     *
     * @param builtIn services that the platform does for it
     */
    public static String toMetadata(Entity entity, Members effective, Map<String, ServiceDefinition> builtIn) {
        Map<String, ServiceDefinition> services = new LinkedHashMap<>(effective.services());
        services.putAll(builtIn);
        return metadata(entity.name(), entity.description(), entity.isSystemObject(), effective, services);
    }

    /** All that a part of the platform can do which is no entity. */
    public static String toMetadata(String name, Map<String, ServiceDefinition> services) {
        return metadata(name, "", true, Members.NONE, services);
    }

    private static String metadata(
            String name,
            String description,
            boolean system,
            Members effective,
            Map<String, ServiceDefinition> services) {
        return text(json -> {
            json.writeStartObject();
            json.writeStringField("name", name);
            json.writeStringField("description", description);
            json.writeBooleanField("isSystemObject", system);
            MembersJson.writeMetadata(json, effective, services.values());
            json.writeEndObject();
        });
    }

    /** What a service takes and gives. */
    public static String toMetadata(ServiceDefinition service) {
        return text(json -> MembersJson.writeSignature(json, service));
    }

    private static void writeHeader(JsonGenerator json, Entity entity) throws IOException {
        json.writeStringField("description", entity.description());
        json.writeStringField("projectName", entity.projectName());
        json.writeArrayFieldStart("tags");
        for (String tag : entity.tags()) {
            int colon = tag.indexOf(':');
            json.writeStartObject();
            json.writeStringField("vocabulary", tag.substring(0, colon));
            json.writeStringField("vocabularyTerm", tag.substring(colon + 1));
            json.writeEndObject();
        }
        json.writeEndArray();
        switch (entity.type()) {
            case THING -> {
                json.writeStringField("thingTemplate", entity.parent());
                json.writeStringField("identifier", entity.identifier().orElse(""));
                json.writeBooleanField("enabled", entity.enabled());
            }
            case USER, APPLICATION_KEY -> json.writeBooleanField("enabled", entity.enabled());
            case THING_TEMPLATE -> json.writeStringField("baseThingTemplate", entity.parent());
            case DATA_SHAPE -> json.writeStringField("baseDataShape", entity.parent());
            default -> {
                // Nothing but what all have.
            }
        }
        if (entity.type() == EntityType.THING || entity.type() == EntityType.THING_TEMPLATE) {
            json.writeObjectFieldStart(IMPLEMENTED_SHAPES);
            int ordinal = 0;
            for (String shape : entity.shapes()) {
                json.writeObjectFieldStart(shape);
                json.writeStringField("name", shape);
                json.writeStringField("type", EntityType.THING_SHAPE.singular());
                json.writeNumberField("ordinal", ordinal++);
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        if (entity.type().hasFields()) {
            json.writeObjectFieldStart(FIELDS);
            int ordinal = 0;
            for (FieldDefinition field : entity.fields().values()) {
                json.writeFieldName(field.name());
                InfotableJson.writeField(json, field, ordinal++);
            }
            json.writeEndObject();
        }
    }

    private static void writeOther(JsonGenerator json, Entity entity) throws IOException {
        for (Map.Entry<String, JsonNode> entry : entity.other().properties()) {
            json.writeFieldName(entry.getKey());
            json.writeTree(entry.getValue());
        }
    }

    /**
     * Reads an entity that a client sent.
     *
     * @param present the entity as it is, which stands where the client sends nothing
     * @throws ModelException {@link ModelException.Kind#INVALID}, naming the field
     */
    public static Entity read(JsonNode node, Entity present) throws ModelException {
        if (!(node instanceof ObjectNode)) {
            throw ModelException.invalid("the body must be a JSON object that describes the "
                    + present.type().singular());
        }
        Entity.Builder entity = present.change()
                .description(Texts.text(node, "description", present.description()))
                .projectName(Texts.text(node, "projectName", present.projectName()))
                .tags(node.hasNonNull("tags") ? readTags(node.get("tags")) : present.tags())
                .other(readOther(node, present));
        switch (present.type()) {
            case THING ->
                entity.parent(Texts.text(
                                node, "thingTemplate", Texts.text(node, "thingTemplateName", present.parent())))
                        .identifier(identifier(node, present))
                        .enabled(Texts.flag(node, "enabled", present.enabled()));
            case USER, APPLICATION_KEY -> entity.enabled(Texts.flag(node, "enabled", present.enabled()));
            case THING_TEMPLATE -> {
                String base = Texts.text(node, "baseThingTemplate", present.parent());
                entity.parent(base.isEmpty() ? BuiltIns.GENERIC_THING : base);
            }
            case DATA_SHAPE -> entity.parent(Texts.text(node, "baseDataShape", present.parent()));
            default -> {
                // Nothing but what all have.
            }
        }
        if (present.type() == EntityType.THING || present.type() == EntityType.THING_TEMPLATE) {
            for (String kept : List.of("valueStream", "dataShape")) {
                // Kept with all else that the author wrote; here only what is no name is refused.
                String name = Texts.text(node, kept, "");
                if (!name.isEmpty()) {
                    Names.check(kept, name);
                }
            }
        }
        if (node.hasNonNull(IMPLEMENTED_SHAPES)) {
            entity.shapes(readNames(node.get(IMPLEMENTED_SHAPES)));
        }
        if (present.type().hasMembers()) {
            Members members = MembersJson.read(node.path(SHAPE), present.members());
            entity.members(MembersJson.read(node, members));
        }
        if (present.type().hasFields() && node.hasNonNull(FIELDS)) {
            Map<String, FieldDefinition> fields = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> entry : Texts.named(node.get(FIELDS), FIELDS)) {
                fields.put(entry.getKey(), MembersJson.readField(FIELDS, entry.getKey(), entry.getValue()));
            }
            entity.fields(fields);
        }
        return entity.build();
    }

    /** Reads a property, or a field of a data shape, as entity JSON holds it. */
    public static FieldDefinition readProperty(String name, JsonNode node) throws ModelException {
        return MembersJson.readField(MembersJson.PROPERTIES, name, node);
    }

    /** Reads a service as entity JSON holds it. */
    public static ServiceDefinition readService(String name, JsonNode node) throws ModelException {
        Names.requireStorable(MembersJson.SERVICES + "." + name, node);
        return MembersJson.readService(name, node);
    }

    /** What the author wrote that is not read by name. Keys that are sent as null are taken away. */
    private static ObjectNode readOther(JsonNode node, Entity present) throws ModelException {
        ObjectNode other = present.other().deepCopy();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            // An entity without tables is shown with an empty object for them.
            boolean isNothing = entry.getKey().equals("configurationTables")
                    && entry.getValue().isEmpty();
            if (KNOWN.contains(entry.getKey()) || isNothing) {
                continue;
            }
            if (SECRETS.contains(entry.getKey())
                    && (present.type() == EntityType.USER || present.type() == EntityType.APPLICATION_KEY)) {
                throw ModelException.invalid("field " + entry.getKey() + ": no secret is kept with an entity; "
                        + "AssignNewPassword sets a password, CreateApplicationKey makes a key");
            }
            Names.requireStorable(entry.getKey(), entry.getKey());
            Names.requireStorable(entry.getKey(), entry.getValue());
            if (entry.getValue().isNull()) {
                other.remove(entry.getKey());
            } else {
                other.set(entry.getKey(), entry.getValue());
            }
        }
        return other;
    }

    /** Tags as a list of objects, or as {@code Vocabulary:Term;Vocabulary:Term}. */
    public static List<String> readTags(JsonNode sent) throws ModelException {
        if (sent.isMissingNode() || sent.isNull()) {
            return List.of();
        }
        Set<String> tags = new LinkedHashSet<>();
        if (sent.isTextual()) {
            for (String tag : sent.textValue().split(";", -1)) {
                if (!tag.isBlank()) {
                    tags.add(tag.strip());
                }
            }
        } else if (sent.isArray()) {
            for (JsonNode tag : sent) {
                tags.add(tag.path("vocabulary").asText() + ":"
                        + tag.path("vocabularyTerm").asText());
            }
        } else {
            throw ModelException.invalid("field tags: must be a list of {\"vocabulary\", \"vocabularyTerm\"}");
        }
        for (String tag : tags) {
            Names.requireStorable("tags", tag);
            if (tag.indexOf(':') < 1 || tag.endsWith(":")) {
                throw ModelException.invalid("field tags: a tag is a vocabulary, a colon and a term, not " + tag);
            }
        }
        return List.copyOf(tags);
    }

    /** Names as a list of texts or of objects with a name, or as the keys of an object. */
    private static List<String> readNames(JsonNode sent) throws ModelException {
        Set<String> names = new LinkedHashSet<>();
        if (sent.isArray()) {
            for (JsonNode entry : sent) {
                names.add(
                        entry.isTextual()
                                ? Names.check(IMPLEMENTED_SHAPES, entry.textValue())
                                : Names.require(entry, "name"));
            }
        } else {
            for (Map.Entry<String, JsonNode> entry : Texts.named(sent, IMPLEMENTED_SHAPES)) {
                names.add(Names.check(IMPLEMENTED_SHAPES, entry.getKey()));
            }
        }
        return new ArrayList<>(names);
    }

    private static Optional<String> identifier(JsonNode node, Entity present) throws ModelException {
        if (!node.has("identifier")) {
            return present.identifier();
        }
        String text = Texts.text(node, "identifier", "");
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /** Writes to a generator. */
    @FunctionalInterface
    interface Writing {
        void to(JsonGenerator json) throws IOException;
    }

    static String text(Writing writing) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = Json.mapper().createGenerator(text)) {
            writing.to(json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return text.toString();
    }
}
