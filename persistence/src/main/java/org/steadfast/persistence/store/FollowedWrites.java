package org.steadfast.persistence.store;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * All that a batch writes to one followed property: the batch's row is the last of it, but each of these is a change of its own.
 *
 * @param writes in the order in which they came, at least one
 * @param places where each of them stands among all that the batch writes to the thing; growing. The journal does not keep them
 */
public record FollowedWrites(PropertyKey key, Follow follow, List<ValueWrite> writes, List<Integer> places) {
    /** @throws IllegalArgumentException if there are not as many places as writes */
    public FollowedWrites {
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(follow, "follow is null");
        writes = List.copyOf(writes);
        places = List.copyOf(places);
        if (writes.size() != places.size()) {
            throw new IllegalArgumentException(writes.size() + " writes in " + places.size() + " places");
        }
    }

    /** Writes that come one right after the other. */
    public FollowedWrites(PropertyKey key, Follow follow, List<ValueWrite> writes) {
        this(key, follow, writes, IntStream.range(0, writes.size()).boxed().toList());
    }
}
