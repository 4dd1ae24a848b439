package org.steadfast.protocol.type;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** A named, typed column of an infotable, with aspects such as {@code isPrimaryKey}. Aspects keep their order. */
public record FieldDefinition(String name, String description, BaseType baseType, Map<String, Value> aspects) {

    public FieldDefinition {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(description, "description is null");
        Objects.requireNonNull(baseType, "baseType is null");
        aspects = aspects.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(aspects));
    }

    /** A field without description and aspects. */
    public FieldDefinition(String name, BaseType baseType) {
        this(name, "", baseType, Map.of());
    }
}
