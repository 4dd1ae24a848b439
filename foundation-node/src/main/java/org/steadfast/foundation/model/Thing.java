package org.steadfast.foundation.model;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.steadfast.protocol.type.FieldDefinition;

/**
 * A thing as it acts: with all that it inherits. Immutable; a change of the thing or of what it inherits makes a new one.
 *
 * @param id its number, never given to another thing
 * @param version grows with each change of the thing itself
 * @param modified epoch milliseconds of the last change of the thing itself
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
        EffectiveShape shape) {
    public Thing {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(shape, "shape is null");
    }

    static Thing of(Entity entity, EffectiveShape shape) {
        return new Thing(
                entity.id(),
                entity.name(),
                entity.version(),
                entity.modified(),
                entity.description(),
                entity.parent(),
                entity.projectName(),
                entity.identifier(),
                entity.enabled(),
                shape);
    }

    /** Definitions of its properties by name, inherited ones first. */
    public Map<String, FieldDefinition> properties() {
        return shape.members().properties();
    }

    /**
     * Whether the history of a property is kept: its definition says so, and the thing or its template names a value stream. Takes no
     * longer than looking up the property.
     */
    public boolean logs(String property) {
        FieldDefinition definition = properties().get(property);
        return definition != null && !shape.valueStream().isEmpty() && Members.isLogged(definition);
    }

    /** The properties whose history is kept, in the order of their definitions. */
    public List<String> loggedProperties() {
        return properties().keySet().stream().filter(this::logs).toList();
    }

    /** Whether a device may speak for it. */
    public boolean isRemote() {
        return shape.isA(BuiltIns.REMOTE_THING);
    }

    /** Whether it comes from a template, directly or not. */
    public boolean isA(String template) {
        return shape.isA(template);
    }
}
