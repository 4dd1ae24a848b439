package org.steadfast.foundation.sharedstate;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Closed while shared state on this node is not complete: nothing is read from it then, because an entry that is missing could be
 * taken for a value that was never set. Safe for use by several threads.
 */
final class StateGate {
    /** Written by whoever loads or repairs the state, on this node or another; read with each value. */
    private final AtomicReference<Position> position =
            new AtomicReference<>(new Position(0, "shared state is not loaded yet"));

    /**
     * Where the gate stands.
     *
     * @param closings how often it was closed
     * @param reason why it is closed; empty while it is open
     */
    private record Position(long closings, String reason) {
        boolean isOpen() {
            return reason.isEmpty();
        }
    }

    /** @param reason for those who are refused, such as "shared state is being loaded again" */
    void close(String reason) {
        position.updateAndGet(before -> new Position(before.closings() + 1, reason));
    }

    /** How often the gate was closed; ask before finding out whether the state is complete. */
    long closings() {
        return position.get().closings();
    }

    /** Opens the gate, unless somebody closed it since {@code seenClosings} was asked for. */
    boolean openUnlessClosedSince(long seenClosings) {
        Position before = position.get();
        return before.closings() == seenClosings && position.compareAndSet(before, new Position(seenClosings, ""));
    }

    boolean isOpen() {
        return position.get().isOpen();
    }

    String reason() {
        return position.get().reason();
    }

    /** Reads, where the gate is open before and was not closed meanwhile; refuses else. */
    <T, R> CompletableFuture<R> read(Supplier<CompletableFuture<T>> reading, Function<T, R> result) {
        Position before = position.get();
        if (!before.isOpen()) {
            return CompletableFuture.failedFuture(new StateUnavailableException(before.reason()));
        }
        return reading.get().thenApply(found -> {
            // What was read while the state was being reset may be missing for that reason alone.
            if (closings() != before.closings()) {
                throw new StateUnavailableException("shared state was lost in part while it was read; read again");
            }
            return result.apply(found);
        });
    }
}
