package org.steadfast.foundation.model;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.store.ModelStore;
import org.steadfast.persistence.store.StoreException;

/**
 * Which things subscribe to events of other things. The names of those others are all in memory, so that a write to any other
 * thing learns without a look at the database that nobody else wants to know. Safe for use by several threads.
 */
public final class Subscribers {
    /** Stands in the place of a collection in the references to what an entity subscribes to: it does not need it. */
    static final String REFERENCES = "Subscriptions";

    private static final Logger log = LoggerFactory.getLogger(Subscribers.class);
    private static final int MOST_KEPT = 10_000;
    private static final int PAGE = 1_000;
    /** Most things that may hear of one other thing. */
    private static final int MOST_SUBSCRIBERS = 10_000;

    private final ModelStore store;
    private final Descendants descendants;
    /** Names of all things that others subscribe to; replaced as a whole by {@link #reload}. */
    private volatile Set<String> sources = Set.of();
    /** Names of subscribers by source; filled by those who ask, emptied by {@link #reload}; Caffeine guards it. */
    private final Cache<String, List<String>> bySource =
            Caffeine.newBuilder().maximumSize(MOST_KEPT).build();
    /** Whether {@link #sources} may be out of date, because the database could not be asked. */
    private volatile boolean stale;
    /** Counts reloads: what was looked up before one is not to be kept after it. */
    private final AtomicLong reloads = new AtomicLong();

    Subscribers(ModelStore store, Descendants descendants) {
        this.store = store;
        this.descendants = descendants;
    }

    /** Learns anew what others subscribe to; one after the other, so that who begins later also ends later. */
    synchronized void reload() throws ModelException {
        try {
            reloads.incrementAndGet();
            stale = true;
            sources = Set.copyOf(store.referenced(REFERENCES));
            stale = false;
        } catch (StoreException e) {
            throw StoreFailures.translate(e);
        } finally {
            bySource.invalidateAll();
        }
    }

    /** Learns anew what it could not learn when it should have. */
    public void catchUp() throws ModelException {
        if (stale) {
            reload();
        }
    }

    /** Whether this node knows who subscribes to what, as far as it has been told; never waits. */
    public boolean isSure() {
        return !stale;
    }

    /** Whether any other thing may subscribe to this one; never waits. */
    boolean isSource(String thing) {
        return sources.contains(thing);
    }

    /** Names of the things that may subscribe to something of this one; without itself. */
    public List<String> of(String source) throws ModelException {
        if (!sources.contains(source)) {
            return List.of();
        }
        List<String> kept = bySource.getIfPresent(source);
        if (kept != null) {
            return kept;
        }
        long before = reloads.get();
        List<String> found = lookUp(source);
        bySource.put(source, found);
        if (reloads.get() != before) {
            bySource.invalidate(source);
        }
        return found;
    }

    private List<String> lookUp(String source) throws ModelException {
        Set<String> names = new TreeSet<>();
        long after = 0;
        List<Entity> page;
        do {
            page = descendants.referring(REFERENCES, source, after, PAGE);
            for (Entity entity : page) {
                after = entity.id();
                if (entity.type() == EntityType.THING) {
                    names.add(entity.name());
                } else {
                    descendants
                            .of(entity.ref(), MOST_SUBSCRIBERS, thing -> true)
                            .forEach(thing -> names.add(thing.name()));
                }
            }
        } while (page.size() == PAGE && names.size() < MOST_SUBSCRIBERS);
        names.remove(source);
        if (names.size() >= MOST_SUBSCRIBERS) {
            log.warn(
                    "TOO_MANY_SUBSCRIBERS: more than {} things subscribe to {}; the others do not hear of it",
                    MOST_SUBSCRIBERS,
                    source);
        }
        return new ArrayList<>(names).subList(0, Math.min(names.size(), MOST_SUBSCRIBERS));
    }
}
