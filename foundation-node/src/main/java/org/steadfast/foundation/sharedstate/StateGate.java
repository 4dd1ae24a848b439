package org.steadfast.foundation.sharedstate;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.steadfast.coordination.lease.Standing;

/**
 * What every read of shared state passes. It refuses while this node cannot tell the truth:
 *
 * <ul>
 *   <li>while the state is not complete here: an entry that is missing could be taken for a value that was never set;
 *   <li>without a lease: the cluster may have gone on without this node;
 *   <li>after the loss of a node, until what that node or others were just publishing is settled: a value that somebody has read
 *       already from the copy that is gone could be missing in the other one. Such reads wait, and are made again.
 * </ul>
 *
 * All of this is asked after the value was found, so it does not matter what happened in between. Safe for use by several threads.
 */
final class StateGate {
    /** Written by whoever loads or repairs the state, on this node or another; read with each value. */
    private final AtomicReference<Position> position =
            new AtomicReference<>(new Position(0, "shared state is not loaded yet"));

    private final Standing standing;
    private final Settled settled;

    /** Whether what was being published when a node was lost is settled. */
    interface Settled {
        boolean isSettled();

        /** Completes when it is, or fails with a {@link StateUnavailableException} when that takes too long. */
        CompletableFuture<Void> whenSettled();
    }

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

    StateGate(Standing standing, Settled settled) {
        this.standing = standing;
        this.settled = settled;
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

    /** Whether the state is complete on this node. */
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
        if (!standing.isHeld()) {
            return CompletableFuture.failedFuture(new StateUnavailableException(standing.reason()));
        }
        return reading.get().thenCompose(found -> {
            // What was read while the state was being reset may be missing for that reason alone.
            if (closings() != before.closings()) {
                return CompletableFuture.failedFuture(
                        new StateUnavailableException("shared state was lost in part while it was read; read again"));
            }
            if (!settled.isSettled()) {
                return settled.whenSettled().thenCompose(done -> read(reading, result));
            }
            if (!standing.isHeld()) {
                return CompletableFuture.failedFuture(new StateUnavailableException(standing.reason()));
            }
            return CompletableFuture.completedFuture(result.apply(found));
        });
    }
}
