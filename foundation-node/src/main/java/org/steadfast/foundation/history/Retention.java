package org.steadfast.foundation.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.model.BuiltIns;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.persistence.store.HistoryStore;
import org.steadfast.persistence.store.StoreException;

/**
 * Deletes history that is older than its value stream keeps it: {@code retentionDays} in the configuration table {@code Settings} of
 * the value stream, or of its template. Where there is none, or it is 0, history stays for ever. Used by one thread.
 */
final class Retention {
    private static final Logger log = LoggerFactory.getLogger(Retention.class);
    private static final int PAGE = 500;
    private static final int DEEPEST = 32;

    private final Model model;
    private final HistoryStore store;

    Retention(Model model, HistoryStore store) {
        this.model = model;
        this.store = store;
    }

    /** Does something with entities that need another one. */
    @FunctionalInterface
    private interface Visit {
        void page(List<Entity> entities) throws ModelException, StoreException;
    }

    /** @param now epoch milliseconds */
    void apply(long now) throws ModelException, StoreException {
        List<StoreException> failures = new ArrayList<>();
        EntityRef valueStream = new EntityRef(EntityType.THING_TEMPLATE, BuiltIns.VALUE_STREAM);
        thingsBelow(valueStream, 0, streams -> {
            for (Entity stream : streams) {
                Optional<Integer> days = days(stream);
                if (days.isPresent()) {
                    apply(stream, now - TimeUnit.DAYS.toMillis(days.get()), failures);
                }
            }
        });
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }

    private Optional<Integer> days(Entity stream) throws ModelException {
        int days = model.configuration()
                .row(stream, "Settings")
                .path("retentionDays")
                .asInt(0);
        return days > 0 ? Optional.of(days) : Optional.empty();
    }

    /** @param failures gets what went wrong with some things, and keeps nothing from being done for others */
    private void apply(Entity stream, long before, List<StoreException> failures)
            throws ModelException, StoreException {
        thingsBelow(stream.ref(), 0, things -> {
            List<Long> ids = new ArrayList<>();
            for (Entity thing : things) {
                // One of its own stands before that of its template.
                if (model.effective(thing).valueStream().equals(stream.name())) {
                    ids.add(thing.id());
                }
            }
            try {
                long purged = ids.isEmpty() ? 0 : store.purgeBefore(ids, before);
                if (purged > 0) {
                    log.info(
                            "{} entries of history are older than {} keeps them, and were deleted",
                            purged,
                            stream.name());
                }
            } catch (StoreException e) {
                failures.add(e);
            }
        });
    }

    /** Things that need an entity, themselves or by a template, page by page. */
    private void thingsBelow(EntityRef ref, int depth, Visit visit) throws ModelException, StoreException {
        long after = 0;
        List<Entity> page;
        do {
            page = depth > DEEPEST ? List.of() : model.referring(ref, after, PAGE);
            List<Entity> things = new ArrayList<>();
            for (Entity entity : page) {
                after = entity.id();
                if (entity.type() == EntityType.THING) {
                    things.add(entity);
                } else if (entity.type() == EntityType.THING_TEMPLATE) {
                    thingsBelow(entity.ref(), depth + 1, visit);
                }
            }
            visit.page(things);
        } while (page.size() == PAGE);
    }
}
