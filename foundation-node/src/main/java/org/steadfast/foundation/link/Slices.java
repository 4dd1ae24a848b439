package org.steadfast.foundation.link;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Does something with each of many items, a slice at a time, and goes to the end of the executor's queue after each slice: a long
 * list does not hold up others. Slices come one after the other, so one instance needs no lock.
 */
final class Slices<T> {
    private static final int LENGTH = 64;

    private final List<T> items;
    private final Executor executor;
    private final Step<T> step;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    /** The first item that is not begun. */
    private int next;

    private Slices(List<T> items, Executor executor, Step<T> step) {
        this.items = items;
        this.executor = executor;
        this.step = step;
    }

    /** What is done with an item. */
    @FunctionalInterface
    interface Step<T> {
        CompletableFuture<Void> with(T item) throws Exception;
    }

    /**
     * Begins with the first slice.
     *
     * @return completes when all is done, or with the first failure, which leaves out the slices that come later
     */
    static <T> CompletableFuture<Void> forEach(List<T> items, Executor executor, Step<T> step) {
        Slices<T> slices = new Slices<>(items, executor, step);
        slices.goOn();
        return slices.done;
    }

    private void goOn() {
        try {
            executor.execute(this::slice);
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(e);
        }
    }

    private void slice() {
        int end = Math.min(items.size(), next + LENGTH);
        CompletableFuture<?>[] begun = new CompletableFuture<?>[end - next];
        for (int i = 0; i < begun.length; i++) {
            begun[i] = begin(items.get(next + i));
        }
        next = end;
        CompletableFuture<Void> unused = CompletableFuture.allOf(begun).whenComplete((all, failure) -> {
            if (failure != null) {
                done.completeExceptionally(failure);
            } else if (next < items.size()) {
                goOn();
            } else {
                done.complete(null);
            }
        });
    }

    private CompletableFuture<Void> begin(T item) {
        try {
            return step.with(item);
        } catch (Exception e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
