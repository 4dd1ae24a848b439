package org.steadfast.foundation.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

/**
 * A thing's definition. Immutable; a change makes a new one.
 *
 * @param id its number, never given to another thing; 0 before it is stored
 * @param version grows with each change; 0 before it is stored
 * @param modified epoch milliseconds of the last change
 * @param properties definitions by name, in the order in which they were added
 */
public record Thing(
        long id,
        String name,
        long version,
        long modified,
        String description,
        String thingTemplate,
        String projectName,
        Optional<String> identifier,
        boolean enabled,
        Map<String, FieldDefinition> properties) {
    /** The collection that things stand in. */
    public static final String COLLECTION = "Things";

    public Thing {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(description, "description is null");
        Objects.requireNonNull(thingTemplate, "thingTemplate is null");
        Objects.requireNonNull(projectName, "projectName is null");
        Objects.requireNonNull(identifier, "identifier is null");
        properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    }

    /** A thing that is not stored yet, without properties. */
    public static Thing draft(String name, String description, String thingTemplate, String projectName) {
        return new Thing(0, name, 0, 0, description, thingTemplate, projectName, Optional.empty(), true, Map.of());
    }

    /** The same thing with other properties. */
    public Thing withProperties(Map<String, FieldDefinition> newProperties) {
        return new Thing(
                id,
                name,
                version,
                modified,
                description,
                thingTemplate,
                projectName,
                identifier,
                enabled,
                newProperties);
    }

    /** The same thing, enabled or not. */
    public Thing withEnabled(boolean nowEnabled) {
        return new Thing(
                id,
                name,
                version,
                modified,
                description,
                thingTemplate,
                projectName,
                identifier,
                nowEnabled,
                properties);
    }

    /** The properties of this thing whose values have no place in another version of it. */
    List<String> propertiesDroppedBy(Thing other) {
        return properties.values().stream()
                .filter(property -> {
                    FieldDefinition kept = other.properties.get(property.name());
                    return kept == null
                            || kept.baseType() != property.baseType()
                            || isPersistent(kept) != isPersistent(property);
                })
                .map(FieldDefinition::name)
                .toList();
    }

    /**
     * Whether the values of a property outlive the nodes. Only a definition that says {@code "isPersistent": false} keeps them in
     * memory alone; where nothing is said, losing them would surprise more than keeping them does.
     */
    public static boolean isPersistent(FieldDefinition property) {
        return !(property.aspects().get("isPersistent") instanceof Value.Bool bool) || bool.truth();
    }

    /** Whether a property may be changed by users and services. */
    public static boolean isReadOnly(FieldDefinition property) {
        return property.aspects().get("isReadOnly") instanceof Value.Bool bool && bool.truth();
    }
}
