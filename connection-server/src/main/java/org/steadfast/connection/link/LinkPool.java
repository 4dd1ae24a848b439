package org.steadfast.connection.link;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.steadfast.connection.routing.FoundationCalls;
import org.steadfast.connection.routing.Router;
import org.steadfast.coordination.membership.Member;

/** One link to each foundation node that discovery names. Safe for use by several threads. */
public final class LinkPool implements AutoCloseable {
    private final WebSocketClient client;
    private final LinkIdentity identity;
    private final Router router;
    private final FoundationCalls calls;
    private final LinkLimits limits;
    private final ScheduledExecutorService reconnecting =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "link-reconnecting"));
    /** By platform id; guarded by this. */
    private final Map<String, NodeLink> links = new HashMap<>();

    /** @param client started, and stopped by whoever made it */
    public LinkPool(
            WebSocketClient client, LinkIdentity identity, Router router, FoundationCalls calls, LinkLimits limits) {
        this.client = client;
        this.identity = identity;
        this.router = router;
        this.calls = calls;
        this.limits = limits;
        long interval = limits.timeout().toMillis() / NodeLink.SILENT_LOOKS;
        var unused = reconnecting.scheduleWithFixedDelay(this::lookAtLinks, interval, interval, TimeUnit.MILLISECONDS);
    }

    private synchronized void lookAtLinks() {
        links.values().forEach(NodeLink::look);
    }

    /** Opens links to new members, and lets those to members that left come to their end. */
    public synchronized void members(List<Member> members) {
        Map<String, Member> present = new HashMap<>();
        members.forEach(member -> present.put(member.platformId(), member));
        for (Iterator<NodeLink> it = links.values().iterator(); it.hasNext(); ) {
            NodeLink link = it.next();
            if (!link.member().equals(present.get(link.member().platformId()))) {
                link.retire();
                it.remove();
            }
        }
        for (Member member : members) {
            links.computeIfAbsent(member.platformId(), id -> {
                NodeLink link = new NodeLink(member, client, identity, router, calls, reconnecting, limits);
                link.open();
                return link;
            });
        }
    }

    @Override
    public synchronized void close() {
        reconnecting.shutdownNow();
        links.values().forEach(NodeLink::close);
        links.clear();
    }
}
