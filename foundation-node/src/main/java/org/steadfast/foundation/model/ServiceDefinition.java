package org.steadfast.foundation.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

/**
 * What a service takes and gives. Immutable.
 *
 * @param parameters by name, in their order
 * @param result named {@code result}; of base type {@code NOTHING} where the service gives nothing
 */
public record ServiceDefinition(
        String name,
        String description,
        String category,
        Map<String, FieldDefinition> parameters,
        FieldDefinition result,
        Map<String, Value> aspects) {
    public ServiceDefinition {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(description, "description is null");
        Objects.requireNonNull(category, "category is null");
        Objects.requireNonNull(result, "result is null");
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        aspects = Collections.unmodifiableMap(new LinkedHashMap<>(aspects));
    }
}
