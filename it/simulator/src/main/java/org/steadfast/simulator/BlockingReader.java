package org.steadfast.simulator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.steadfast.protocol.wire.Message;

/**
 * Takes the server's requests one after the other: those that come while one is being handled wait. No thread does. Answers to the
 * device's own requests do not pass through here.
 */
final class BlockingReader {
    /** So many requests may wait; one more is too much for the device. */
    static final int MOST_WAITING = 10_000;

    private final Function<Message, CompletableFuture<Void>> handler;
    /** Filled by the reading thread, emptied by it and by whoever ends a wait; guarded by this. */
    private final Deque<Message> waiting = new ArrayDeque<>();
    /** Whether somebody handles requests, or one is being handled; guarded by this. */
    private boolean busy;

    /** @param handler begins to handle a request; its future does not fail, and the next request waits for it */
    BlockingReader(Function<Message, CompletableFuture<Void>> handler) {
        this.handler = handler;
    }

    /** @throws IllegalStateException if too many requests wait */
    void take(Message request) {
        synchronized (this) {
            if (waiting.size() >= MOST_WAITING) {
                throw new IllegalStateException("more than " + MOST_WAITING + " requests wait");
            }
            waiting.add(request);
            if (busy) {
                return;
            }
            busy = true;
        }
        goOn();
    }

    private void goOn() {
        while (true) {
            Message next;
            synchronized (this) {
                next = waiting.poll();
                if (next == null) {
                    busy = false;
                    return;
                }
            }
            CompletableFuture<Void> done = handler.apply(next);
            if (!done.isDone()) {
                CompletableFuture<Void> unused = done.whenComplete((nothing, failure) -> goOn());
                return;
            }
        }
    }
}
