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
    /** About what a write, its key and its share of the objects around it take in memory. */
    private static final int OVERHEAD_BYTES = 200;

    /** Bytes of its values, and what an update takes besides. */
    long bytes() {
        return bytes(writes);
    }

    static long bytes(List<ValueWrite> writes) {
        long bytes = 0;
        for (ValueWrite write : writes) {
            bytes += OVERHEAD_BYTES + write.value().length;
        }
        return bytes;
    }

    boolean isExpired(long nowNanos) {
        return nowNanos - deadline > 0;
    }

    /** False where it was acknowledged or refused before. */
    boolean refuse(String why, boolean outcomeKnown) {
        return acknowledged.completeExceptionally(new IngestionException(why, outcomeKnown));
    }
}
