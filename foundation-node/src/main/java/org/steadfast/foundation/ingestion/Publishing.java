package org.steadfast.foundation.ingestion;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.steadfast.persistence.store.StoredValue;

/** Makes committed values visible to every later read on every node. */
@FunctionalInterface
interface Publishing {
    /** @param values at most one per key */
    CompletableFuture<Void> publish(List<StoredValue> values);
}
