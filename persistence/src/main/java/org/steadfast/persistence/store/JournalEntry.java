package org.steadfast.persistence.store;

import java.util.Objects;

/** Something that has happened and that not all have heard yet. */
public sealed interface JournalEntry {
    long id();

    /** Changes of a property. */
    record Changes(long id, FollowedWrites writes, Before before) implements JournalEntry {
        public Changes {
            Objects.requireNonNull(writes, "writes is null");
            Objects.requireNonNull(before, "before is null");
        }
    }

    /** Another event of a thing. */
    record Fired(long id, FiredEvent event) implements JournalEntry {
        public Fired {
            Objects.requireNonNull(event, "event is null");
        }
    }
}
