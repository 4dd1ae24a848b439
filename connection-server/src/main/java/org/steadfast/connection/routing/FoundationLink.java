package org.steadfast.connection.routing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.steadfast.connection.budget.ByteBudget;
import org.steadfast.coordination.link.LinkWriter;
import org.steadfast.protocol.link.LinkFrame;

/**
 * An open link to a foundation node, and the requests on it that were not answered. Safe for use by several threads.
 */
public final class FoundationLink implements Rendezvous.Candidate {
    /** What a link may carry however slow it seems to be: two of the longest messages. */
    private static final long LEAST_BYTES = 4 << 20;
    /** Answers come in bursts, as the batches are committed that they belong to. */
    private static final double AVERAGED_SECONDS = 4;

    private final String node;
    private final long hash;
    private final LinkWriter writer;
    private final ByteBudget budget;
    private final long mostBytes;
    /** Added to by senders, removed from by the link's reader, the sweeper and the end of the link; guards itself. */
    private final Map<Long, Pending> outstanding = new ConcurrentHashMap<>();

    /** Whether new requests are refused; written once, when the link ends. */
    private volatile boolean closed;

    /** Takes an answer that nobody waits for any more; written once, before the link is used. */
    private volatile Consumer<LinkFrame> late = frame -> {};

    /** Bytes of requests that were answered and not counted yet; changed by the link's reader and the sweeper. */
    private final AtomicLong answered = new AtomicLong();
    /** Bytes of requests that the node answers per second, averaged over some seconds; used by the sweeper. */
    private double rate;

    /** @param mostBytes most bytes of requests that were not answered */
    public FoundationLink(String node, LinkWriter writer, long mostBytes) {
        this.node = node;
        this.hash = Rendezvous.hash(node);
        this.writer = writer;
        this.mostBytes = mostBytes;
        this.budget = new ByteBudget(mostBytes);
    }

    /** Bytes of the requests that were not answered. Who sends to the node pauses while they are too many. */
    ByteBudget budget() {
        return budget;
    }

    void onLate(Consumer<LinkFrame> receiver) {
        late = receiver;
    }

    /** The foundation node's platform id. */
    public String node() {
        return node;
    }

    @Override
    public long hash() {
        return hash;
    }

    boolean isClosed() {
        return closed;
    }

    int outstanding() {
        return outstanding.size();
    }

    /** Sends a request; false where the link has ended, and nothing was sent. */
    boolean send(Pending pending) {
        budget.take(pending.bytes());
        outstanding.put(pending.frame().correlation(), pending);
        if (closed) {
            // Either the end of the link has taken it, and sends it elsewhere, or it is still ours.
            return take(pending.frame().correlation()) == null;
        }
        writer.send(pending.frame(), pending.sent(), () -> {});
        return true;
    }

    /** Whoever takes a request from those outstanding answers for it. */
    private Pending take(long correlation) {
        Pending pending = outstanding.remove(correlation);
        if (pending != null) {
            budget.giveBack(pending.bytes());
        }
        return pending;
    }

    /** Takes an answer in. One that nobody waits for any more is undone where it had effects. */
    public void received(LinkFrame reply) {
        Pending pending = take(reply.correlation());
        if (pending != null) {
            answered.addAndGet(pending.bytes());
            pending.reply().complete(reply);
        } else {
            late.accept(reply);
        }
    }

    /** Ends the link; the requests that were not answered, in the order in which they were sent. */
    List<Pending> close() {
        closed = true;
        List<Pending> left = new ArrayList<>();
        for (Long correlation : outstanding.keySet()) {
            Pending pending = take(correlation);
            if (pending != null) {
                left.add(pending);
            }
        }
        left.sort(Comparator.comparingLong(pending -> pending.frame().correlation()));
        return left;
    }

    /**
     * Fits the bound to what the node answers: no more than it answers within some time. What waits for longer is of no use, because
     * it would be answered when nobody waits for it any more, and work on it would keep the node from what is.
     *
     * @param interval since the last call
     * @param wait how long a request should wait at most
     */
    void adapt(Duration interval, Duration wait) {
        double seconds = interval.toNanos() / 1e9;
        double share = Math.min(1, seconds / AVERAGED_SECONDS);
        rate += (answered.getAndSet(0) / seconds - rate) * share;
        budget.limit((long) Math.min(mostBytes, Math.max(LEAST_BYTES, rate * wait.toNanos() / 1e9)));
    }

    void failExpired(long nowNanos) {
        outstanding.forEach((correlation, pending) -> {
            if (pending.isExpired(nowNanos) && take(correlation) != null) {
                pending.fail("foundation node " + node + " did not answer in time");
            }
        });
    }
}
