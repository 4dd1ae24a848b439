package org.steadfast.foundation.sharedstate;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Closed while shared state on this node is not complete: nothing is read from it then, because an entry that is missing could be
 * taken for a value that was never set. Safe for use by several threads.
 */
final class StateGate {
    /** Why the gate is closed; empty while it is open. Written by whoever loads or repairs the state, read with each value. */
    private final AtomicReference<String> closedBecause = new AtomicReference<>("shared state is not loaded yet");

    void open() {
        closedBecause.set("");
    }

    /** @param reason for those who are refused, such as "shared state is being loaded again" */
    void close(String reason) {
        closedBecause.set(reason);
    }

    boolean isOpen() {
        return closedBecause.get().isEmpty();
    }

    String reason() {
        return closedBecause.get();
    }

    /** The refusal of a read. */
    <T> CompletableFuture<T> refuse() {
        return CompletableFuture.failedFuture(new StateUnavailableException(reason()));
    }
}
