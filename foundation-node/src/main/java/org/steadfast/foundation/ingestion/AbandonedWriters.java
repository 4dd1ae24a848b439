package org.steadfast.foundation.ingestion;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.lease.Standing;
import org.steadfast.foundation.sharedstate.SharedState;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.WriterId;
import org.steadfast.persistence.store.WriterRegistry;

/**
 * Fences writers that no member of the cluster is, and makes visible what they left. The loss of a member is settled by the others at
 * once; this is for those that nobody saw going, because all nodes were down and not all have come back. Used by one thread.
 */
public final class AbandonedWriters {
    private static final Logger log = LoggerFactory.getLogger(AbandonedWriters.class);
    /** Longer than the cluster takes to agree who belongs to it. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final WriterRegistry writers;
    private final SharedState state;
    private final Standing standing;
    private final Leftovers leftovers;
    private final Duration patience;
    /** Writers that are no members, since when, by {@link System#nanoTime()}. */
    private final Map<WriterId, Long> strangers = new HashMap<>();

    public AbandonedWriters(WriterRegistry writers, SharedState state, Standing standing, Leftovers leftovers) {
        this(writers, state, standing, leftovers, PATIENCE);
    }

    AbandonedWriters(
            WriterRegistry writers, SharedState state, Standing standing, Leftovers leftovers, Duration patience) {
        this.writers = writers;
        this.state = state;
        this.standing = standing;
        this.leftovers = leftovers;
        this.patience = patience;
    }

    /** Looks once. */
    public void look() throws InterruptedException {
        if (!standing.isHeld()) {
            // Perhaps it is this node that does not belong to it.
            strangers.clear();
            return;
        }
        try {
            List<WriterId> abandoned = new ArrayList<>();
            Set<WriterId> members = state.members();
            List<WriterId> active = writers.active();
            strangers.keySet().retainAll(active);
            strangers.keySet().removeAll(members);
            long now = System.nanoTime();
            for (WriterId writer : active) {
                if (!members.contains(writer)
                        && now - strangers.computeIfAbsent(writer, stranger -> now) >= patience.toNanos()) {
                    abandoned.add(writer);
                }
            }
            if (!abandoned.isEmpty()) {
                log.info("{} are writers that no node is any more; what they left is made visible", abandoned);
                leftovers.makeVisible(state, abandoned);
            }
        } catch (StoreException e) {
            log.debug("Who writes cannot be looked at now", e);
        }
    }
}
