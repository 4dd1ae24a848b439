package org.steadfast.persistence.failover;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Looks at all servers at once. One that still owes an answer to an earlier look is not waited for, so that it does not hold up what the
 * others do. Used by one thread.
 */
final class ServerLooks {
    private static final Duration ANSWER = Duration.ofSeconds(1);
    private static final ServerState SILENT =
            new ServerState.Unreachable("no answer within " + ANSWER.toMillis() + " ms", false);

    private final List<DatabaseServer> servers;
    private final Executor executor;
    private final LongSupplier nanoTime;
    /** The newest look at each server. */
    private final Map<ServerAddress, CompletableFuture<ServerState>> looks = new HashMap<>();

    ServerLooks(List<DatabaseServer> servers, Executor executor, LongSupplier nanoTime) {
        this.servers = servers;
        this.executor = executor;
        this.nanoTime = nanoTime;
    }

    /** @throws FailoverException if this thread is interrupted meanwhile */
    Map<ServerAddress, ServerState> look() throws FailoverException {
        Set<ServerAddress> owing = new HashSet<>();
        for (DatabaseServer server : servers) {
            CompletableFuture<ServerState> owed = looks.get(server.address());
            if (owed == null || owed.isDone()) {
                looks.put(server.address(), CompletableFuture.supplyAsync(server::look, executor));
            } else {
                owing.add(server.address());
            }
        }
        long end = nanoTime.getAsLong() + ANSWER.toNanos();
        Map<ServerAddress, ServerState> seen = new LinkedHashMap<>();
        for (DatabaseServer server : servers) {
            // What is owed tells of an earlier moment, even if it is there now.
            boolean owes = owing.contains(server.address());
            seen.put(server.address(), owes ? SILENT : answer(looks.get(server.address()), end));
        }
        return seen;
    }

    private ServerState answer(CompletableFuture<ServerState> look, long end) throws FailoverException {
        try {
            return look.get(Math.max(0, end - nanoTime.getAsLong()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return SILENT;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FailoverException("interrupted while the servers were looked at", e);
        } catch (ExecutionException e) {
            throw new FailoverException("a server could not be looked at: " + e.getCause(), e);
        }
    }
}
