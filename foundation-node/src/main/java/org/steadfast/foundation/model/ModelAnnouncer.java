package org.steadfast.foundation.model;

import java.io.Serial;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.lang.IgniteRunnable;
import org.apache.ignite.resources.IgniteInstanceResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.sharedstate.SharedState;

/** Tells every node that an entity was changed, and learns when all have heard it. Safe for use by several threads. */
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
        state.introduce(new Forget(EntityType.THING, "", false));
    }

    /** Completes with true when every live node has forgotten the old definition, with false when the bound has passed. */
    CompletableFuture<Boolean> announce(EntityRef ref, boolean subscribesElsewhere) {
        return state.runEverywhere(new Forget(ref.type(), ref.name(), subscribesElsewhere))
                .thenApply(done -> true)
                .completeOnTimeout(false, bound.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> {
                    log.warn("Not every node is known to have heard of the change of {}", ref, failure);
                    return false;
                });
    }

    /** Runs on every node. */
    private static final class Forget implements IgniteRunnable {
        @Serial
        private static final long serialVersionUID = 1L;

        private final EntityType type;
        private final String name;
        private final boolean subscribesElsewhere;

        @IgniteInstanceResource
        private transient Ignite ignite;

        Forget(EntityType type, String name, boolean subscribesElsewhere) {
            this.type = type;
            this.name = name;
            this.subscribesElsewhere = subscribesElsewhere;
        }

        @Override
        public void run() {
            // A node that has no model yet has nothing to forget.
            if (ignite.cluster().nodeLocalMap().get(MODEL) instanceof Model model) {
                try {
                    model.changed(new EntityRef(type, name), subscribesElsewhere);
                } catch (ModelException e) {
                    throw new IgniteException("the change of " + name + " was not understood: " + e.getMessage(), e);
                }
            }
        }
    }
}
