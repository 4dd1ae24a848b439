package org.steadfast.foundation.ingestion;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.steadfast.persistence.store.StoredValue;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.persistence.store.Written;

/** Shared state that tells what was published, and completes when a test says so. Safe for use by several threads. */
final class FakeState implements Publishing {
    private record Pending(List<StoredValue> values, CompletableFuture<Void> published) {}

    private final List<List<StoredValue>> begun = new ArrayList<>();
    private final List<Pending> pending = new ArrayList<>();
    private boolean holding;
    private int failures;

    /** From now on publishing takes until {@link #letThrough}. */
    synchronized void hold() {
        holding = true;
    }

    void letThrough() {
        List<Pending> through;
        synchronized (this) {
            holding = false;
            through = List.copyOf(pending);
            pending.clear();
        }
        through.forEach(one -> one.published().complete(null));
    }

    /** The next attempts fail, half of them at once and half of them later. */
    synchronized void failNext(int number) {
        failures = number;
    }

    /** What was begun to be published, in order. */
    synchronized List<List<StoredValue>> begun() {
        return List.copyOf(begun);
    }

    @Override
    public synchronized CompletableFuture<Void> publish(List<StoredValue> values) {
        if (failures > 0) {
            failures--;
            IllegalStateException failure = new IllegalStateException("as the test wants it");
            if (failures % 2 == 0) {
                throw failure;
            }
            return CompletableFuture.failedFuture(failure);
        }
        begun.add(values);
        CompletableFuture<Void> published = new CompletableFuture<>();
        if (holding) {
            pending.add(new Pending(values, published));
        } else {
            published.complete(null);
        }
        return published;
    }

    @Override
    public synchronized CompletableFuture<List<Written.Followed>> write(List<ValueWrite> writes) {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public <T> CompletableFuture<T> follow(CompletableFuture<T> publish) {
        return publish;
    }
}
