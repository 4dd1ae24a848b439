package org.steadfast.persistence.store;

import java.util.List;

/**
 * Which entities to list.
 *
 * @param collections at least one
 * @param mask a name in which {@code *} stands for any characters, in any case
 * @param project only those of this project; empty for all
 * @param tags only those that have all of these, each as {@code Vocabulary:Term}
 * @param offset how many to leave out, in the order of their names
 * @param limit most entities to return
 */
public record EntityListing(
        List<String> collections, String mask, String project, List<String> tags, int offset, int limit) {
    public EntityListing {
        collections = List.copyOf(collections);
        tags = List.copyOf(tags);
    }

    /** All of one collection that a mask fits. */
    public static EntityListing of(String collection, String mask, int limit) {
        return new EntityListing(List.of(collection), mask, "", List.of(), 0, limit);
    }
}
