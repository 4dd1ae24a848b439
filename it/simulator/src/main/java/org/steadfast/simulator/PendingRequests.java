package org.steadfast.simulator;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.protocol.wire.Message;

/** The requests of one device that wait for an answer, by request id. Safe for use by several threads. */
final class PendingRequests {
    /** So many requests may wait; one more is refused. */
    static final int LIMIT = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(PendingRequests.class);

    private final DeviceNetwork network;
    /**
     * Filled by whoever requests; emptied by the reading thread, the timer and whoever ends the connection. Whoever removes an
     * entry completes its future.
     */
    private final ConcurrentHashMap<Integer, CompletableFuture<Message>> pending = new ConcurrentHashMap<>();
    /** Written once, before the entries are failed: an entry that comes after it fails by itself. */
    private volatile DeviceDisconnectedException ended;

    PendingRequests(DeviceNetwork network) {
        this.network = network;
    }

    /** The answer to come. {@code what} says in a timeout's message what the request was. */
    CompletableFuture<Message> register(int requestId, Duration timeout, Object what) {
        if (pending.size() >= LIMIT) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException(LIMIT + " requests wait for answers, no more are taken"));
        }
        CompletableFuture<Message> answer = new CompletableFuture<>();
        pending.put(requestId, answer);
        ScheduledFuture<?> alarm = network.after(
                timeout,
                () -> fail(requestId, new RequestTimeoutException("no answer within " + timeout + " to " + what)));
        CompletableFuture<Message> unused = answer.whenComplete((message, failure) -> alarm.cancel(false));
        DeviceDisconnectedException reason = ended;
        if (reason != null) {
            fail(requestId, reason);
        }
        return answer;
    }

    void complete(int requestId, Message message) {
        CompletableFuture<Message> answer = pending.remove(requestId);
        if (answer == null) {
            LOG.debug("An answer to request {} came, which nobody waits for any more", requestId);
        } else {
            answer.complete(message);
        }
    }

    void fail(int requestId, Throwable reason) {
        CompletableFuture<Message> answer = pending.remove(requestId);
        if (answer != null) {
            answer.completeExceptionally(reason);
        }
    }

    /** Fails all requests, in the order in which they were made, and all that come after. */
    void end(DeviceDisconnectedException reason) {
        ended = reason;
        List<Integer> inOrder = pending.keySet().stream().sorted().toList();
        inOrder.forEach(requestId -> fail(requestId, reason));
    }
}
