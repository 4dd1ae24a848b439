package org.steadfast.foundation.model;

import java.io.Serial;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.lang.IgniteRunnable;
import org.apache.ignite.resources.IgniteInstanceResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.sharedstate.SharedState;

/** Tells every node that entities were changed, and learns when all have heard it. Safe for use by several threads. */
public final class ModelAnnouncer {
    private static final Logger log = LoggerFactory.getLogger(ModelAnnouncer.class);
    private static final String MODEL = "model";

    private final SharedState state;
    private final Duration bound;

    /** @param bound how long to wait for the other nodes before the answer is "not known" */
    public ModelAnnouncer(SharedState state, Duration bound) {
        this.state = state;
        this.bound = bound;
    }

    /** Makes this node's model hear what other nodes announce. */
    public void listen(Model model) throws ModelException {
        state.putLocal(MODEL, model);
        model.subscribers().reload();
        state.introduce(new Forget(Set.of(), false));
    }

    /** Completes with true when every live node has forgotten the old definition, with false when the bound has passed. */
    CompletableFuture<Boolean> announce(Set<EntityRef> changed, boolean subscribesElsewhere) {
        return state.runEverywhere(new Forget(changed, subscribesElsewhere))
                .thenApply(done -> true)
                .completeOnTimeout(false, bound.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> {
                    log.warn(
                            "CHANGE_UNTOLD: not every node is known to have heard of the change of {}",
                            changed,
                            failure);
                    return false;
                });
    }

    /** Runs on every node. */
    private static final class Forget implements IgniteRunnable {
        @Serial
        private static final long serialVersionUID = 1L;

        private final String[] collections;
        private final String[] names;
        private final boolean subscribesElsewhere;

        @IgniteInstanceResource
        private transient Ignite ignite;

        Forget(Set<EntityRef> changed, boolean subscribesElsewhere) {
            this.collections =
                    changed.stream().map(ref -> ref.type().collection()).toArray(String[]::new);
            this.names = changed.stream().map(EntityRef::name).toArray(String[]::new);
            this.subscribesElsewhere = subscribesElsewhere;
        }

        @Override
        public void run() {
            // A node that has no model yet has nothing to forget.
            if (ignite.cluster().nodeLocalMap().get(MODEL) instanceof Model model) {
                Set<EntityRef> changed = new LinkedHashSet<>();
                for (int i = 0; i < names.length; i++) {
                    String name = names[i];
                    // A kind that only newer nodes have is none of which this one knows anything.
                    EntityType.ofCollection(collections[i]).ifPresent(type -> changed.add(new EntityRef(type, name)));
                }
                try {
                    model.changed(changed, subscribesElsewhere);
                } catch (ModelException e) {
                    throw new IgniteException("the change of " + changed + " was not understood: " + e.getMessage(), e);
                }
            }
        }
    }
}
