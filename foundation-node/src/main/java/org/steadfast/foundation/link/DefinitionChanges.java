package org.steadfast.foundation.link;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
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
 * something else now. Of each thing one node tells, that which has its binding, when every node is bound to know of the change: the device
 * asks another one. So twenty changes in a row are told once; and of many devices so many are told in a second. Safe for use by several
 * threads.
 */
final class DefinitionChanges implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DefinitionChanges.class);
    private static final long TICK_MILLIS = 200;
    /** Where changes never cease they are told after so many delays. */
    private static final int LONGEST_GATHERED = 10;
    /** Each costs its connection server two requests and the push of all of the device's values. */
    private static final int MOST_IN_A_TICK = 100;

    private final Things things;
    private final Bindings bindings;
    private final OpenLinks links;
    private final Duration delay;
    private final ScheduledExecutorService telling =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "definition-changes"));

    /** Changes that were heard of, by what was changed; added to by whoever hears, removed from by the thread that tells; guarded by this. */
    private final Map<EntityRef, Heard> changes = new HashMap<>();

    /** When a change was heard of first and last, by {@link System#nanoTime}. */
    private record Heard(long first, long last) {}

    /** Those that are to be told, by thing; used by the thread that tells. */
    private final Map<String, Bindings.Binding> toBeTold = new LinkedHashMap<>();

    /** @param delay after which every node knows of a change */
    DefinitionChanges(Things things, Bindings bindings, OpenLinks links, Duration delay) {
        this.things = things;
        this.bindings = bindings;
        this.links = links;
        this.delay = delay;
        var unused = telling.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Takes note of a change; returns at once. */
    synchronized void changed(EntityRef ref) {
        if (ref.type() == EntityType.THING || isBase(ref)) {
            long now = System.nanoTime();
            changes.merge(ref, new Heard(now, now), (before, again) -> new Heard(before.first(), now));
        }
    }

    private static boolean isBase(EntityRef ref) {
        return ref.type() == EntityType.THING_TEMPLATE || ref.type() == EntityType.THING_SHAPE;
    }

    private void tick() {
        try {
            collect();
            Iterator<Bindings.Binding> next = toBeTold.values().iterator();
            for (int i = 0; i < MOST_IN_A_TICK && next.hasNext(); i++) {
                tell(next.next());
                next.remove();
            }
        } catch (RuntimeException e) {
            log.warn("DEVICES_UNTOLD: some devices may not have been told that their things were changed", e);
        }
    }

    private void collect() {
        Set<EntityRef> due = due(System.nanoTime());
        if (due.isEmpty()) {
            return;
        }
        Set<EntityRef> bases = due.stream().filter(DefinitionChanges::isBase).collect(Collectors.toSet());
        for (Bindings.Binding binding : bindings.heldHere()) {
            if (due.contains(new EntityRef(EntityType.THING, binding.thing()))
                    || comesFromAny(binding.thing(), bases)) {
                toBeTold.put(binding.thing(), binding);
            }
        }
    }

    /** What every node knows to be changed; what is changed again and again is told now and then, and once more at the end. */
    private synchronized Set<EntityRef> due(long now) {
        Set<EntityRef> due = new HashSet<>();
        Iterator<Map.Entry<EntityRef, Heard>> entries = changes.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<EntityRef, Heard> entry = entries.next();
            if (now - entry.getValue().last() >= delay.toNanos()) {
                due.add(entry.getKey());
                entries.remove();
            } else if (now - entry.getValue().first() >= LONGEST_GATHERED * delay.toNanos()) {
                due.add(entry.getKey());
                entry.setValue(new Heard(now, entry.getValue().last()));
            }
        }
        return due;
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
