package org.steadfast.foundation.ingestion;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.steadfast.coordination.lease.Standing;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.persistence.store.Written;

/**
 * Writes values of properties that are not persistent: into shared state alone, so also while the database is away. They are
 * acknowledged when two nodes hold them, and lost when both are. Safe for use by several threads.
 */
final class InMemoryWrites {
    private final Publishing state;
    private final Followers followers;
    private final Standing standing;
    private final long mostBytes;
    private final long deadlineMillis;
    private final IngestionMetrics metrics;
    /** Bytes of writes on their way: added by request threads, taken off when a write has ended. */
    private final AtomicLong bytes = new AtomicLong();

    InMemoryWrites(
            Publishing state,
            Followers followers,
            Standing standing,
            IngestionSettings settings,
            IngestionMetrics metrics) {
        this.state = state;
        this.followers = followers;
        this.standing = standing;
        this.mostBytes = (long) settings.mostWaitingMegabytes() << 20;
        this.deadlineMillis = settings.writeDeadline().toMillis();
        this.metrics = metrics;
    }

    CompletableFuture<Void> write(List<ValueWrite> writes) {
        if (!standing.isHeld()) {
            return refused(standing.reason(), true);
        }
        long size = Update.bytes(writes);
        if (bytes.addAndGet(size) > mostBytes && bytes.get() > size) {
            bytes.addAndGet(-size);
            metrics.overloaded.increment();
            return refused("too many bytes of updates are on their way", true);
        }
        CompletableFuture<List<Written.Followed>> written = state.write(writes);
        var unused = written.whenComplete((followed, failure) -> {
            bytes.addAndGet(-size);
            if (failure == null && !followed.isEmpty()) {
                followers.changedInMemory(followed);
            }
        });
        return written.copy()
                .orTimeout(deadlineMillis, TimeUnit.MILLISECONDS)
                .handle((done, failure) -> failure)
                .thenCompose(failure -> answer(failure, writes.size()));
    }

    private CompletableFuture<Void> answer(Throwable failure, int values) {
        if (failure instanceof TimeoutException) {
            return refused("shared state did not take the values in time", false);
        }
        if (failure != null) {
            return refused("shared state cannot be reached", false);
        }
        if (!standing.isHeld()) {
            return refused(standing.reason(), false);
        }
        metrics.acknowledged.increment(values);
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> refused(String why, boolean outcomeKnown) {
        metrics.unavailable.increment();
        return CompletableFuture.failedFuture(new IngestionException(why, outcomeKnown));
    }
}
