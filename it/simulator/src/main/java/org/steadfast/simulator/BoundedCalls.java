package org.steadfast.simulator;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Does something with each of many items, a limited number at a time, and waits for all. Stateless. */
final class BoundedCalls {
    private BoundedCalls() {}

    /** @param enough asked before each item; true leaves the rest out */
    static <T> void forEach(List<T> items, int limit, BooleanSupplier enough, Function<T, CompletableFuture<Void>> call)
            throws InterruptedException {
        Semaphore permits = new Semaphore(limit);
        for (T item : items) {
            permits.acquire();
            if (enough.getAsBoolean()) {
                permits.release();
                break;
            }
            CompletableFuture<Void> unused = call.apply(item).whenComplete((done, failure) -> permits.release());
        }
        permits.acquire(limit);
    }
}
