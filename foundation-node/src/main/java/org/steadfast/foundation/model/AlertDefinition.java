package org.steadfast.foundation.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.steadfast.protocol.type.Value;

/**
 * A state of a property that somebody should look at. Immutable.
 *
 * @param property whose values are looked at
 * @param priority 1 is the most urgent
 * @param attributes limits and such, by name; {@code hysteresis} says how far a number must come back before the alert is reset, and
 *     {@code limitIncluded}, {@code minimumIncluded}, {@code maximumIncluded} whether a limit itself counts
 */
public record AlertDefinition(
        String property,
        String name,
        AlertType type,
        String description,
        boolean enabled,
        int priority,
        Map<String, Value> attributes) {
    private static final int LEAST_URGENT = 1_000;

    public AlertDefinition {
        Objects.requireNonNull(property, "property is null");
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(type, "type is null");
        Objects.requireNonNull(description, "description is null");
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    /**
     * A definition, where it makes sense.
     *
     * @param field what to call it in errors
     * @param title what clients call its type
     * @throws ModelException naming the field that makes none
     */
    public static AlertDefinition checked(
            String field,
            String property,
            String name,
            String title,
            String description,
            boolean enabled,
            int priority,
            Map<String, Value> attributes)
            throws ModelException {
        AlertType type = AlertType.of(title)
                .orElseThrow(() -> ModelException.invalid("field " + field + ".alertType: must be one of "
                        + AlertType.titles() + ", not [" + title + "]"));
        for (String needed : type.needed()) {
            if (attributes.getOrDefault(needed, Value.NOTHING).isNothing()) {
                throw ModelException.invalid("field " + field + ".attributes." + needed
                        + ": must be given for an alert of type " + type.title());
            }
        }
        if (priority < 1 || priority > LEAST_URGENT) {
            throw ModelException.invalid("field " + field + ".priority: must be from 1 to " + LEAST_URGENT);
        }
        return new AlertDefinition(property, name, type, description, enabled, priority, attributes);
    }

    /** The same, enabled or not. */
    public AlertDefinition enabled(boolean other) {
        return new AlertDefinition(property, name, type, description, other, priority, attributes);
    }
}
