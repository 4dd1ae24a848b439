package org.steadfast.connection.routing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.steadfast.coordination.link.LinkWriter;
import org.steadfast.protocol.link.LinkFrame;

/**
 * An open link to a foundation node, and the requests on it that were not answered. Safe for use by several threads.
 */
public final class FoundationLink implements Rendezvous.Candidate {
    private final String node;
    private final long hash;
    private final LinkWriter writer;
    /** Added to by senders, removed from by the link's reader, the sweeper and the end of the link; guards itself. */
    private final Map<Long, Pending> outstanding = new ConcurrentHashMap<>();

    /** Whether new requests are refused; written once, when the link ends. */
    private volatile boolean closed;

    public FoundationLink(String node, LinkWriter writer) {
        this.node = node;
        this.hash = Rendezvous.hash(node);
        this.writer = writer;
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
        outstanding.put(pending.frame().correlation(), pending);
        if (closed) {
            // Either the end of the link has taken it, and sends it elsewhere, or it is still ours.
            return outstanding.remove(pending.frame().correlation()) == null;
        }
        writer.send(pending.frame());
        return true;
    }

    /** Takes an answer in. One that nobody waits for any more is dropped. */
    public void received(LinkFrame reply) {
        Pending pending = outstanding.remove(reply.correlation());
        if (pending != null) {
            pending.reply().complete(reply);
        }
    }

    /** Ends the link; the requests that were not answered, in the order in which they were sent. */
    List<Pending> close() {
        closed = true;
        List<Pending> left = new ArrayList<>();
        for (Long correlation : outstanding.keySet()) {
            Pending pending = outstanding.remove(correlation);
            if (pending != null) {
                left.add(pending);
            }
        }
        left.sort(Comparator.comparingLong(pending -> pending.frame().correlation()));
        return left;
    }

    void failExpired(long nowNanos) {
        outstanding.forEach((correlation, pending) -> {
            if (pending.isExpired(nowNanos) && outstanding.remove(correlation, pending)) {
                pending.fail("foundation node " + node + " did not answer in time");
            }
        });
    }
}
