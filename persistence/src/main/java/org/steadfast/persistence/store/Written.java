package org.steadfast.persistence.store;

import java.util.List;
import java.util.Objects;

/**
 * What a batch has done.
 *
 * @param values what holds now for each key of the batch: the value written, or a later one that it did not replace
 * @param followed what it did to the properties that are followed
 */
public record Written(List<StoredValue> values, List<Followed> followed) {
    public Written {
        values = List.copyOf(values);
        followed = List.copyOf(followed);
    }

    /**
     * Writes to a followed property.
     *
     * @param journalId of the journal's entry; 0 where there is none
     */
    public record Followed(FollowedWrites writes, Before before, long journalId) {
        public Followed {
            Objects.requireNonNull(writes, "writes is null");
            Objects.requireNonNull(before, "before is null");
        }
    }
}
