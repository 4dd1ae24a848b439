package org.steadfast.persistence.store;

import java.util.List;
import java.util.Objects;

/**
 * A package of entities that was installed.
 *
 * @param version of the package, as its author counts
 * @param metadata what its author says of it, JSON text
 * @param entities what it brought
 * @param installed epoch milliseconds
 */
public record ExtensionPackage(
        String name, String version, String metadata, List<PackagedEntity> entities, long installed) {
    public ExtensionPackage {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(version, "version is null");
        Objects.requireNonNull(metadata, "metadata is null");
        entities = List.copyOf(entities);
    }

    /** An entity that a package brought. */
    public record PackagedEntity(String collection, String name) {}
}
