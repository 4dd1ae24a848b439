package org.steadfast.persistence.store;

/**
 * What a list shows of an entity.
 *
 * @param tags JSON text
 * @param modified epoch milliseconds of the last change
 */
public record EntitySummary(
        long id, String collection, String name, String description, String projectName, String tags, long modified) {}
