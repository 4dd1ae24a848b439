package org.steadfast.foundation.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.sharedstate.SharedState;
import org.steadfast.persistence.store.ModelStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredEntity;
import org.steadfast.protocol.type.FieldDefinition;

/**
 * Removes the values of properties that things have inherited and lost with a change of their template or shape. There may be many
 * such things, so that is done after the change was answered, one change after the other. Nobody sees these values meanwhile: they
 * have no definition. Where the node ends on the way the rest stays, and would be seen again only if a property of that name is
 * defined once more. Safe for use by several threads.
 */
final class InheritedValues implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(InheritedValues.class);
    private static final int PAGE = 500;
    private static final int MOST_WAITING = 1_000;
    private static final int DEEPEST = 32;
    private static final Duration LONGEST_FORGETTING = Duration.ofSeconds(30);

    private final ModelStore store;
    private final SharedState state;
    private final Definitions definitions;
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            task -> new Thread(task, "inherited-values"));

    InheritedValues(ModelStore store, SharedState state, Definitions definitions) {
        this.store = store;
        this.state = state;
        this.definitions = definitions;
    }

    /**
     * Removes values after a change.
     *
     * @param changed the template or shape
     * @param lost properties as they were before
     * @param newest values that are newer belong to what was defined since
     */
    void remove(EntityRef changed, List<FieldDefinition> lost, long newest) {
        if (lost.isEmpty()) {
            return;
        }
        try {
            thread.execute(() -> {
                try {
                    removeBelow(changed, lost, newest, 0);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (StoreException | ModelException | ExecutionException | TimeoutException | RuntimeException e) {
                    log.warn("VALUES_STAY: values that the change of {} has ended were not all removed", changed, e);
                }
            });
        } catch (RejectedExecutionException e) {
            log.warn(
                    "VALUES_STAY: values that the change of {} has ended are not removed: too many changes at once",
                    changed,
                    e);
        }
    }

    private void removeBelow(EntityRef ref, List<FieldDefinition> lost, long newest, int depth)
            throws StoreException, ModelException, InterruptedException, ExecutionException, TimeoutException {
        long after = 0;
        while (depth <= DEEPEST) {
            List<StoredEntity> page = store.referring(ref.type().collection(), ref.name(), after, PAGE);
            for (StoredEntity stored : page) {
                Entity entity = EntityJson.fromStored(stored);
                switch (entity.type()) {
                    case THING -> removeFrom(entity, lost, newest);
                    case THING_TEMPLATE -> removeBelow(entity.ref(), lost, newest, depth + 1);
                    default -> {
                        // Has no values.
                    }
                }
                after = stored.id();
            }
            if (page.size() < PAGE) {
                return;
            }
        }
    }

    private void removeFrom(Entity thing, List<FieldDefinition> lost, long newest)
            throws StoreException, ModelException, InterruptedException, ExecutionException, TimeoutException {
        Members before = Members.NONE.withProperties(
                lost.stream().collect(Collectors.toMap(FieldDefinition::name, field -> field)));
        Members now = definitions.of(thing).members();
        List<String> names = new ArrayList<>(before.propertiesDroppedBy(now));
        long newestDropped = names.isEmpty() ? 0 : store.dropValues(thing.id(), names, newest);
        // Values in memory have no version that would tell those of the property as it is now.
        names.removeIf(name -> now.properties().containsKey(name)
                && !Members.isPersistent(now.properties().get(name)));
        // Nothing is put where nothing was: that would stay for ever.
        state.forget(thing.id(), names, newestDropped).get(LONGEST_FORGETTING.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
