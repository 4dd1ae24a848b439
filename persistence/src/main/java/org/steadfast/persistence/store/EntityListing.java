package org.steadfast.persistence.store;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Which entities to list.
 *
 * @param collections at least one
 * @param mask a name in which {@code *} stands for any characters, in any case
 * @param project only those of this project; empty for all
 * @param tags only those that have all of these, each as {@code Vocabulary:Term}
 * @param offset how many to leave out, in the order of their names
 * @param limit most entities to return
 * @param visibility only those that may be seen; empty for all
 */
public record EntityListing(
        List<String> collections,
        String mask,
        String project,
        List<String> tags,
        int offset,
        int limit,
        Optional<Visibility> visibility) {
    public EntityListing {
        collections = List.copyOf(collections);
        tags = List.copyOf(tags);
        Objects.requireNonNull(visibility, "visibility is null");
    }

    /** Whoever may see them. */
    public EntityListing(
            List<String> collections, String mask, String project, List<String> tags, int offset, int limit) {
        this(collections, mask, project, tags, offset, limit, Optional.empty());
    }

    /** The same entities as far as they may be seen. */
    public EntityListing visibleTo(Visibility now) {
        return new EntityListing(collections, mask, project, tags, offset, limit, Optional.of(now));
    }

    /** An entity. */
    public record Named(String collection, String name) {}

    /**
     * What somebody may see.
     *
     * @param collections those of which all may be seen
     * @param entities those that may be seen themselves
     * @param sources templates and shapes; the things that come from them, directly or not, may be seen
     */
    public record Visibility(List<String> collections, List<Named> entities, List<Named> sources) {
        public Visibility {
            collections = List.copyOf(collections);
            entities = List.copyOf(entities);
            sources = List.copyOf(sources);
        }
    }

    /** All of one collection that a mask fits. */
    public static EntityListing of(String collection, String mask, int limit) {
        return new EntityListing(List.of(collection), mask, "", List.of(), 0, limit);
    }
}
