package org.steadfast.persistence.store;

import java.util.List;
import java.util.Objects;

/**
 * All that a batch writes to one followed property: the batch's row is the last of it, but each of these is a change of its own.
 *
 * @param writes in the order in which they came, at least one
 */
public record FollowedWrites(PropertyKey key, Follow follow, List<ValueWrite> writes) {
    public FollowedWrites {
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(follow, "follow is null");
        writes = List.copyOf(writes);
    }
}
