package org.steadfast.foundation.sharedstate;

import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cache.affinity.Affinity;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.events.DiscoveryEvent;
import org.apache.ignite.events.EventType;
import org.apache.ignite.lang.IgnitePredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages between nodes, and which node a thing belongs to. A message arrives once, or not at all where one of the two nodes is
 * lost. Safe for use by several threads.
 */
public final class NodeMessages {
    private static final Logger log = LoggerFactory.getLogger(NodeMessages.class);

    private final Ignite ignite;
    private final Affinity<String> affinity;

    NodeMessages(Ignite ignite) {
        this.ignite = ignite;
        this.affinity = ignite.affinity(IgniteNode.PROPERTIES);
    }

    /** This node. */
    public UUID self() {
        return ignite.cluster().localNode().id();
    }

    /** All nodes but this one. */
    public List<UUID> others() {
        return ignite.cluster().forServers().forRemotes().nodes().stream()
                .map(ClusterNode::id)
                .toList();
    }

    /**
     * The node that holds the first copy of a thing's values: all nodes name the same one, as soon as they have heard of the last
     * change of the membership.
     *
     * @throws IgniteException if there is none now
     */
    public UUID ownerOf(long thingId) {
        ClusterNode owner = affinity.mapKeyToNode(StateKey.of(thingId, ""));
        if (owner == null) {
            throw new IgniteException("no node holds thing " + thingId + " now");
        }
        return owner.id();
    }

    /**
     * Begins to hear messages.
     *
     * @param listener gets the sender and the message; must return at once
     */
    public void listen(String topic, BiConsumer<UUID, byte[]> listener) {
        ignite.message().localListen(topic, (sender, message) -> {
            try {
                listener.accept(sender, (byte[]) message);
            } catch (RuntimeException e) {
                // Ignite would stop listening.
                log.error("MESSAGE_UNREADABLE: a message of {} about {} was not understood", sender, topic, e);
            }
            return true;
        });
    }

    /** @return false where the other node is gone */
    public boolean send(UUID node, String topic, byte[] message) {
        try {
            ignite.message(ignite.cluster().forNodeId(node)).send(topic, message);
            return true;
        } catch (IgniteException e) {
            log.debug("{} is not reached", node, e);
            return false;
        }
    }

    /** @param listener gets each node that has left or was lost; must return at once */
    public void onGone(Consumer<UUID> listener) {
        IgnitePredicate<DiscoveryEvent> predicate = event -> {
            listener.accept(event.eventNode().id());
            return true;
        };
        ignite.events().localListen(predicate, EventType.EVT_NODE_LEFT, EventType.EVT_NODE_FAILED);
    }
}
