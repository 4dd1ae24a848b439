package org.steadfast.foundation.link;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Things;
import org.steadfast.foundation.sharedstate.Bindings;
import org.steadfast.protocol.link.LinkFrame;

/**
 * Has devices told when their things, or what these are made from, were changed while they are bound: what is wanted of them may be
 * something else now. Of each thing one node tells, that which has its binding. Changes are gathered for a moment, so that twenty of them
 * in a row are told once. Safe for use by several threads.
 */
final class DefinitionChanges implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DefinitionChanges.class);
    private static final long GATHERED_MILLIS = 500;

    private final Things things;
    private final Bindings bindings;
    private final OpenLinks links;
    private final ScheduledExecutorService telling =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "definition-changes"));

    // Both are added to by whoever hears of a change, and emptied by the thread that tells; guarded by this.
    private Set<String> changedThings = new HashSet<>();
    private Set<EntityRef> changedBases = new HashSet<>();

    DefinitionChanges(Things things, Bindings bindings, OpenLinks links) {
        this.things = things;
        this.bindings = bindings;
        this.links = links;
        var unused =
                telling.scheduleWithFixedDelay(this::tell, GATHERED_MILLIS, GATHERED_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Takes note of a change; returns at once. */
    synchronized void changed(EntityRef ref) {
        if (ref.type() == EntityType.THING) {
            changedThings.add(ref.name());
        } else if (ref.type() == EntityType.THING_TEMPLATE || ref.type() == EntityType.THING_SHAPE) {
            changedBases.add(ref);
        }
    }

    private void tell() {
        Set<String> names;
        Set<EntityRef> bases;
        synchronized (this) {
            if (changedThings.isEmpty() && changedBases.isEmpty()) {
                return;
            }
            names = changedThings;
            bases = changedBases;
            changedThings = new HashSet<>();
            changedBases = new HashSet<>();
        }
        try {
            List<Bindings.Binding> held = bindings.heldHere();
            held.stream()
                    .filter(binding -> names.contains(binding.thing()) || comesFromAny(binding.thing(), bases))
                    .forEach(this::tell);
        } catch (RuntimeException e) {
            log.warn("Devices may not have been told that {} of their things were changed", names.size(), e);
        }
    }

    private boolean comesFromAny(String thing, Set<EntityRef> bases) {
        if (bases.isEmpty()) {
            return false;
        }
        try {
            return things.find(thing)
                    .filter(found -> found.shape().comesFromAny(bases))
                    .isPresent();
        } catch (ModelException e) {
            // Told once too often does no harm.
            log.debug("What {} comes from cannot be looked up", thing, e);
            return true;
        }
    }

    /** Where its connection server is gone, its device will bind it anew and be told then. */
    private void tell(Bindings.Binding binding) {
        links.find(binding.connectionServer()).ifPresent(link -> {
            boolean unused =
                    link.send(new LinkFrame.DefinitionChanged(0, binding.session(), binding.thing(), binding.epoch()));
        });
    }

    @Override
    public void close() {
        telling.shutdownNow();
    }
}
