package org.steadfast.foundation.model;

import java.util.Objects;

/** Which entity: its kind and its name. */
public record EntityRef(EntityType type, String name) {
    public EntityRef {
        Objects.requireNonNull(type, "type is null");
        Objects.requireNonNull(name, "name is null");
    }

    @Override
    public String toString() {
        return type.collection() + "/" + name;
    }
}
