package org.steadfast.foundation.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

/**
 * An entity as its author defined it, without what it inherits. Immutable; a change makes a new one.
 *
 * @param id its number, never given to another entity; 0 before it is stored
 * @param version grows with each change; 0 before it is stored
 * @param modified epoch milliseconds of the last change
 * @param tags each as {@code Vocabulary:Term}
 * @param identifier what the outside world calls a thing
 * @param enabled whether a thing does anything, a user may come in, an application key is worth anything
 * @param parent the template of a thing, the base of a template or of a data shape; empty where it has none
 * @param shapes names of the thing shapes that it implements
 * @param members of a thing, template or shape
 * @param fields of a data shape
 * @param other what else the author has written; not to be changed
 */
public record Entity(
        long id,
        EntityRef ref,
        long version,
        long modified,
        String description,
        String projectName,
        List<String> tags,
        Optional<String> identifier,
        boolean enabled,
        String parent,
        List<String> shapes,
        Members members,
        Map<String, FieldDefinition> fields,
        ObjectNode other) {
    public Entity {
        Objects.requireNonNull(ref, "ref is null");
        Objects.requireNonNull(description, "description is null");
        Objects.requireNonNull(projectName, "projectName is null");
        Objects.requireNonNull(identifier, "identifier is null");
        Objects.requireNonNull(parent, "parent is null");
        Objects.requireNonNull(members, "members is null");
        Objects.requireNonNull(other, "other is null");
        tags = List.copyOf(tags);
        shapes = List.copyOf(shapes);
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** An entity that is not stored yet and has nothing but a name. */
    public static Entity draft(EntityType type, String name) {
        String parent = switch (type) {
            case THING, THING_TEMPLATE -> BuiltIns.GENERIC_THING;
            default -> "";
        };
        return new Entity(
                0,
                new EntityRef(type, name),
                0,
                0,
                "",
                "",
                List.of(),
                Optional.empty(),
                true,
                parent,
                List.of(),
                Members.NONE,
                Map.of(),
                EntityJson.nothingElse());
    }

    /** The same entity, of the same number and version, as if its author had written nothing yet. */
    public Entity emptied() {
        Entity draft = draft(ref.type(), ref.name());
        return new Entity(
                id,
                ref,
                version,
                modified,
                draft.description,
                draft.projectName,
                draft.tags,
                draft.identifier,
                draft.enabled,
                draft.parent,
                draft.shapes,
                draft.members,
                draft.fields,
                draft.other);
    }

    public EntityType type() {
        return ref.type();
    }

    public String name() {
        return ref.name();
    }

    /** The thing that keeps the history of logged properties, as a thing or a template says itself; empty where it does not. */
    public String valueStream() {
        return kept("valueStream");
    }

    /** What rows hold, as a data table, a stream or a template of them says itself; empty where it does not. */
    public String dataShape() {
        return kept("dataShape");
    }

    /** The storage location that a file repository or a template of them names itself in its configuration; empty where it does not. */
    public String storageLocation() {
        JsonNode name = other.path(Configuration.TABLES)
                .path(BuiltIns.REPOSITORY_TABLE)
                .path("rows")
                .path(0)
                .path(BuiltIns.REPOSITORY_LOCATION);
        return name.isTextual() ? name.asText().strip() : "";
    }

    private String kept(String key) {
        return type() == EntityType.THING || type() == EntityType.THING_TEMPLATE
                ? other.path(key).asText()
                : "";
    }

    /** Whether it came with the platform and cannot be changed. */
    public boolean isSystemObject() {
        return id < 0;
    }

    /** Begins another version of this entity. */
    public Builder change() {
        return new Builder(this);
    }

    /** Makes an entity from another one. Not safe for use by several threads. */
    public static final class Builder {
        private final Entity from;
        private String description;
        private String projectName;
        private List<String> tags;
        private Optional<String> identifier;
        private boolean enabled;
        private String parent;
        private List<String> shapes;
        private Members members;
        private Map<String, FieldDefinition> fields;
        private ObjectNode other;

        private Builder(Entity from) {
            this.from = from;
            this.description = from.description;
            this.projectName = from.projectName;
            this.tags = from.tags;
            this.identifier = from.identifier;
            this.enabled = from.enabled;
            this.parent = from.parent;
            this.shapes = from.shapes;
            this.members = from.members;
            this.fields = from.fields;
            this.other = from.other;
        }

        public Builder description(String text) {
            description = text;
            return this;
        }

        public Builder projectName(String name) {
            projectName = name;
            return this;
        }

        /** @param terms each as {@code Vocabulary:Term} */
        public Builder tags(List<String> terms) {
            tags = terms;
            return this;
        }

        public Builder identifier(Optional<String> text) {
            identifier = text;
            return this;
        }

        public Builder enabled(boolean now) {
            enabled = now;
            return this;
        }

        public Builder parent(String name) {
            parent = name;
            return this;
        }

        public Builder shapes(List<String> names) {
            shapes = names;
            return this;
        }

        public Builder members(Members all) {
            members = all;
            return this;
        }

        public Builder fields(Map<String, FieldDefinition> all) {
            fields = all;
            return this;
        }

        public Builder other(ObjectNode document) {
            other = document;
            return this;
        }

        public Entity build() {
            return new Entity(
                    from.id,
                    from.ref,
                    from.version,
                    from.modified,
                    description,
                    projectName,
                    tags,
                    identifier,
                    enabled,
                    parent,
                    shapes,
                    members,
                    fields,
                    other);
        }
    }

    /** The entities without which this one could not be. */
    public Set<EntityRef> needs() {
        Set<EntityRef> needs = new LinkedHashSet<>();
        if (!parent.isEmpty()) {
            needs.add(new EntityRef(type() == EntityType.DATA_SHAPE ? type() : EntityType.THING_TEMPLATE, parent));
        }
        shapes.forEach(shape -> needs.add(new EntityRef(EntityType.THING_SHAPE, shape)));
        if (!projectName.isEmpty()) {
            needs.add(new EntityRef(EntityType.PROJECT, projectName));
        }
        fields.values().forEach(field -> addDataShape(needs, field));
        members.properties().values().forEach(property -> addDataShape(needs, property));
        for (ServiceDefinition service : members.services().values()) {
            service.parameters().values().forEach(parameter -> addDataShape(needs, parameter));
            addDataShape(needs, service.result());
        }
        for (EventDefinition event : members.events().values()) {
            if (!event.dataShape().isEmpty()) {
                needs.add(new EntityRef(EntityType.DATA_SHAPE, event.dataShape()));
            }
        }
        for (JsonNode table : other.path("configurationTables")) {
            String shape = table.path("dataShapeName").asText();
            if (!shape.isEmpty()) {
                needs.add(new EntityRef(EntityType.DATA_SHAPE, shape));
            }
        }
        if (!valueStream().isEmpty()) {
            needs.add(new EntityRef(EntityType.THING, valueStream()));
        }
        if (!dataShape().isEmpty()) {
            needs.add(new EntityRef(EntityType.DATA_SHAPE, dataShape()));
        }
        String user = other.path("userNameReference").asText();
        if (type() == EntityType.APPLICATION_KEY && !user.isEmpty()) {
            needs.add(new EntityRef(EntityType.USER, user));
        }
        needs.remove(ref);
        return needs;
    }

    private static void addDataShape(Set<EntityRef> needs, FieldDefinition field) {
        if (field.baseType() == BaseType.INFOTABLE
                && field.aspects().get("dataShape") instanceof Value.Text shape
                && !shape.text().isEmpty()) {
            needs.add(new EntityRef(EntityType.DATA_SHAPE, shape.text()));
        }
    }
}
