package org.steadfast.persistence.store;

import java.util.Objects;
import java.util.Optional;

/**
 * An entity of the model.
 *
 * @param id its number, never given to another entity
 * @param collection such as {@code Things}
 * @param version grows with each change
 * @param identifier the name that the entity goes by in the outside world, where it has one
 * @param definition JSON text
 * @param modified epoch milliseconds of the last change
 */
public record StoredEntity(
        long id,
        String collection,
        String name,
        long version,
        Optional<String> identifier,
        String definition,
        long modified) {
    public StoredEntity {
        Objects.requireNonNull(collection, "collection is null");
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(identifier, "identifier is null");
        Objects.requireNonNull(definition, "definition is null");
    }
}
