package org.steadfast.foundation.ingestion;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.steadfast.foundation.sharedstate.SharedState;
import org.steadfast.persistence.store.StoredValue;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.persistence.store.Written;

/** Makes values visible to every later read on every node. */
interface Publishing {
    /**
     * Publishes committed values.
     *
     * @param values at most one per key
     */
    CompletableFuture<Void> publish(List<StoredValue> values);

    /**
     * Writes values that are in no database.
     *
     * @return what it did to the properties that are followed
     */
    CompletableFuture<List<Written.Followed>> write(List<ValueWrite> writes);

    /** Lets the cluster wait, after the loss of a node, until this has ended. */
    <T> CompletableFuture<T> follow(CompletableFuture<T> publish);

    /** Through shared state. */
    static Publishing into(SharedState state) {
        return new Publishing() {
            @Override
            public CompletableFuture<Void> publish(List<StoredValue> values) {
                return state.publish(values);
            }

            @Override
            public CompletableFuture<List<Written.Followed>> write(List<ValueWrite> writes) {
                return state.write(writes);
            }

            @Override
            public <T> CompletableFuture<T> follow(CompletableFuture<T> publish) {
                return state.follow(publish);
            }
        };
    }
}
