package org.steadfast.simulator;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Lets a limited number of handshakes go on at a server at a time; the others wait in order, and not for ever. A fleet that comes
 * up or back all at once would otherwise overrun the server's backlog and the client's connection pool. A server that hangs holds
 * up no other. Safe for use by several threads.
 */
final class HandshakeGate {
    private final int limit;
    private final int maxWaiting;
    private final Executor executor;
    /** By server; written by whoever connects and whoever's handshake ends, guarded by this object's lock. */
    private final Map<ServerAddress, Lane> lanes = new HashMap<>();

    private static final class Lane {
        /** In order. */
        private final Set<Turn> waiting = new LinkedHashSet<>();

        private int underWay;
    }

    /** One that waits; completes when its turn comes. */
    private static final class Turn {
        private final CompletableFuture<Void> come = new CompletableFuture<>();
    }

    /**
     * @param limit handshakes under way at a server
     * @param maxWaiting handshakes that wait for one; more are refused
     * @param executor begins handshakes
     */
    HandshakeGate(int limit, int maxWaiting, Executor executor) {
        this.executor = executor;
        this.limit = limit;
        this.maxWaiting = maxWaiting;
    }

    /** Begins a handshake now or later, by the executor; fails with a TimeoutException where its turn does not come. */
    <T> CompletableFuture<T> enter(
            ServerAddress server, Duration longestWait, Supplier<CompletableFuture<T>> handshake) {
        Turn turn = new Turn();
        synchronized (this) {
            Lane lane = lanes.computeIfAbsent(server, address -> new Lane());
            if (lane.underWay < limit) {
                lane.underWay++;
                turn.come.complete(null);
            } else if (lane.waiting.size() < maxWaiting) {
                lane.waiting.add(turn);
            } else {
                turn.come.completeExceptionally(
                        new RejectedExecutionException(maxWaiting + " connections wait for " + server + " already"));
            }
        }
        return turn.come
                .orTimeout(longestWait.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((granted, failure) -> forget(server, turn))
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(saying(failure, longestWait)))
                .thenComposeAsync(granted -> handshake.get().whenComplete((value, failure) -> leave(server)), executor);
    }

    private static Throwable saying(Throwable failure, Duration longestWait) {
        Throwable cause = Causes.of(failure);
        return cause instanceof TimeoutException
                ? new TimeoutException("too many connect at once, its turn did not come within " + longestWait)
                : cause;
    }

    private synchronized void forget(ServerAddress server, Turn turn) {
        lanes.get(server).waiting.remove(turn);
    }

    private void leave(ServerAddress server) {
        Turn next;
        do {
            next = nextOrDone(server);
        } while (next != null && !next.come.complete(null));
    }

    private synchronized Turn nextOrDone(ServerAddress server) {
        Lane lane = lanes.get(server);
        Iterator<Turn> waiting = lane.waiting.iterator();
        if (!waiting.hasNext()) {
            lane.underWay--;
            return null;
        }
        Turn next = waiting.next();
        waiting.remove();
        return next;
    }
}
