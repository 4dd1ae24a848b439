package org.steadfast.persistence.store;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * An entity as it is to be kept.
 *
 * @param collection such as {@code Things}
 * @param identifier the name that the entity goes by in the outside world, where it has one
 * @param definition JSON text
 * @param references what the entity needs
 */
public record EntityWrite(
        String collection, String name, Optional<String> identifier, String definition, List<Reference> references) {
    public EntityWrite {
        Objects.requireNonNull(collection, "collection is null");
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(identifier, "identifier is null");
        Objects.requireNonNull(definition, "definition is null");
        references = List.copyOf(references);
    }

    /**
     * Another entity that one needs.
     *
     * @param stored whether it is in the store and must stay there; false for what comes with the platform
     */
    public record Reference(String collection, String name, boolean stored) {}
}
