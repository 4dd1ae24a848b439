package org.steadfast.foundation.ingestion;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.steadfast.persistence.store.ValueWrite;

/**
 * Values of one thing that are written together, waiting for their acknowledgement.
 *
 * @param writes values of one thing, no property twice
 * @param deadline by {@link System#nanoTime()}; an update that was not begun by then is refused
 * @param acknowledged completes when the values are durable and visible to every later read on every node
 */
record Update(List<ValueWrite> writes, long deadline, CompletableFuture<Void> acknowledged) {

    boolean isExpired(long nowNanos) {
        return nowNanos - deadline > 0;
    }

    /** False where it was acknowledged or refused before. */
    boolean refuse(String why, boolean outcomeKnown) {
        return acknowledged.completeExceptionally(new IngestionException(why, outcomeKnown));
    }
}
