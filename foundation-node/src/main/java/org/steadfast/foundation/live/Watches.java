package org.steadfast.foundation.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.property.PropertyUpdate;
import org.steadfast.protocol.type.FieldDefinition;

/**
 * The things that streams of this node are about. What may have changed is read from shared state, by at most one read of a thing at a
 * time, and told to its streams: however often a value changes meanwhile, the next read brings the last one. A read that fails is made
 * again by {@link #retry}. Safe for use by several threads.
 */
final class Watches {
    private static final Logger log = LoggerFactory.getLogger(Watches.class);
    private static final int MOST_READS = 64;
    private static final int LONGEST_READ_SECONDS = 10;

    private final Reading reading;
    private final Executor telling;
    /** By number of the thing. Looked at by everybody who changes a value; what is in them is guarded by this. */
    private final Map<Long, Watch> watches = new ConcurrentHashMap<>();
    /** Things to be read, each once; guarded by this. */
    private final Deque<Watch> due = new ArrayDeque<>();
    /** Things whose last read failed; guarded by this. */
    private final Set<Watch> failed = new LinkedHashSet<>();
    /** Guarded by this. */
    private int reads;
    /** Since when every read has failed, by {@link System#nanoTime()}; guarded by this. */
    private OptionalLong failingSince = OptionalLong.empty();
    /** What the other nodes were told last, or are about to be; guarded by this. */
    private Announcement announced = new Announcement(0, Interest.NONE);

    /** Reads values: those of the properties that were set. */
    @FunctionalInterface
    interface Reading {
        CompletableFuture<List<PropertyUpdate>> read(Thing thing, List<FieldDefinition> properties);
    }

    /** Is told values. */
    interface Hearer {
        /** Must return at once. */
        void hear(long thingId, Line line);
    }

    /** What this node wants to hear of, and its number, which grows when it changes. */
    record Announcement(long number, Interest interest) {}

    /** One thing. Guarded by the watches. */
    private static final class Watch {
        /** As the last stream that asked knew it. */
        Thing thing;
        /** The number of the announcement that it is part of first. */
        final long since;

        final Map<Hearer, Set<String>> hearers = new HashMap<>();
        /** How many hear of a property. */
        final Map<String, Integer> heard = new HashMap<>();
        /** What is to be read. */
        final Set<String> dirty = new LinkedHashSet<>();
        /** Whether it is due, or being read. */
        boolean busy;

        Watch(Thing thing, long since) {
            this.thing = thing;
            this.since = since;
        }
    }

    /** @param telling runs what tells streams; its queue is bounded by the reads under way */
    Watches(Reading reading, Executor telling) {
        this.reading = reading;
        this.telling = telling;
    }

    boolean isEmpty() {
        return watches.isEmpty();
    }

    int size() {
        return watches.size();
    }

    /**
     * Tells somebody the present values of properties of a thing, and from now on every change of them, in place of what they heard of
     * the thing before.
     *
     * @return whether the other nodes are to be told that this one wants to hear of the thing
     */
    synchronized boolean watch(Hearer hearer, Thing thing, Set<String> properties) {
        boolean isNews = !announced.interest().includes(thing.id());
        Watch watch = watches.computeIfAbsent(
                thing.id(), id -> new Watch(thing, isNews ? announced.number() + 1 : announced.number()));
        watch.thing = thing;
        leave(watch, hearer);
        watch.hearers.put(hearer, Set.copyOf(properties));
        properties.forEach(name -> watch.heard.merge(name, 1, Integer::sum));
        watch.dirty.addAll(properties);
        makeDue(watch);
        return isNews;
    }

    /** Tells somebody nothing more of some things. What is being told at the moment may still come. */
    synchronized void leave(Hearer hearer, Collection<Long> thingIds) {
        for (long thingId : thingIds) {
            Watch watch = watches.get(thingId);
            if (watch != null) {
                leave(watch, hearer);
                if (watch.hearers.isEmpty()) {
                    watches.remove(thingId);
                    due.remove(watch);
                    failed.remove(watch);
                }
            }
        }
    }

    private static void leave(Watch watch, Hearer hearer) {
        Set<String> before = watch.hearers.remove(hearer);
        if (before != null) {
            before.forEach(name -> watch.heard.computeIfPresent(name, (same, count) -> count == 1 ? null : count - 1));
        }
    }

    /** A value may be another one. */
    void changed(long thingId, String property) {
        if (!watches.containsKey(thingId)) {
            return;
        }
        synchronized (this) {
            Watch watch = watches.get(thingId);
            if (watch != null && watch.heard.containsKey(property)) {
                watch.dirty.add(property);
                makeDue(watch);
            }
        }
    }

    /** All values may be other ones. */
    synchronized void readAll() {
        watches.values().forEach(this::readWhole);
    }

    /** The same of those that this node wanted to hear of only after an announcement. */
    synchronized void readAnnouncedAfter(long number) {
        watches.values().stream().filter(watch -> watch.since > number).forEach(this::readWhole);
    }

    private void readWhole(Watch watch) {
        watch.dirty.addAll(watch.heard.keySet());
        makeDue(watch);
    }

    /** Makes the reads that failed once more. */
    synchronized void retry() {
        List<Watch> again = List.copyOf(failed);
        failed.clear();
        again.forEach(this::makeDue);
    }

    /** Since when every read has failed, by {@link System#nanoTime()}. */
    synchronized OptionalLong failingSince() {
        return failingSince;
    }

    /** What this node wants to hear of now. */
    synchronized Announcement announcement() {
        Interest interest = Interest.in(watches.keySet());
        if (!interest.equals(announced.interest())) {
            announced = new Announcement(announced.number() + 1, interest);
        }
        return announced;
    }

    /** Under the lock. */
    private void makeDue(Watch watch) {
        if (!watch.busy && !failed.contains(watch) && !watch.dirty.isEmpty()) {
            watch.busy = true;
            due.add(watch);
            readDue();
        }
    }

    /** Under the lock. */
    private void readDue() {
        while (reads < MOST_READS && !due.isEmpty()) {
            Watch watch = due.remove();
            reads++;
            List<FieldDefinition> properties = watch.dirty.stream()
                    .map(name -> watch.thing.properties().get(name))
                    .filter(Objects::nonNull)
                    .toList();
            Set<String> names = Set.copyOf(watch.dirty);
            watch.dirty.clear();
            Thing thing = watch.thing;
            // Begun elsewhere: whoever changes a value does not wait for the beginning of a read.
            telling.execute(() -> read(watch, thing, properties, names));
        }
    }

    private void read(Watch watch, Thing thing, List<FieldDefinition> properties, Set<String> names) {
        CompletableFuture<List<PropertyUpdate>> found;
        try {
            found = properties.isEmpty()
                    ? CompletableFuture.completedFuture(List.of())
                    : reading.read(thing, properties);
        } catch (RuntimeException e) {
            found = CompletableFuture.failedFuture(e);
        }
        var unused = found.orTimeout(LONGEST_READ_SECONDS, TimeUnit.SECONDS)
                .thenAcceptAsync(set -> tell(watch, thing, properties, set), telling)
                .whenComplete((done, failure) -> ended(watch, names, Optional.ofNullable(failure)));
    }

    private void tell(Watch watch, Thing thing, List<FieldDefinition> properties, List<PropertyUpdate> set) {
        Map<String, PropertyUpdate> byName = new HashMap<>();
        set.forEach(update -> byName.put(update.property(), update));
        Map<String, Line> lines = new LinkedHashMap<>();
        for (FieldDefinition property : properties) {
            lines.put(property.name(), Line.of(thing, property, Optional.ofNullable(byName.get(property.name()))));
        }
        List<Map.Entry<Hearer, Set<String>>> hearers;
        synchronized (this) {
            hearers = new ArrayList<>(watch.hearers.entrySet());
        }
        for (Map.Entry<Hearer, Set<String>> hearer : hearers) {
            for (Line line : lines.values()) {
                if (hearer.getValue().contains(line.property())) {
                    hearer.getKey().hear(thing.id(), line);
                }
            }
        }
    }

    private synchronized void ended(Watch watch, Set<String> names, Optional<Throwable> failure) {
        reads--;
        watch.busy = false;
        if (failure.isPresent()) {
            log.debug("Values of {} cannot be read now", watch.thing.name(), failure.get());
            if (failingSince.isEmpty()) {
                failingSince = OptionalLong.of(System.nanoTime());
            }
            watch.dirty.addAll(names);
            if (watches.get(watch.thing.id()) == watch) {
                failed.add(watch);
            }
        } else {
            failingSince = OptionalLong.empty();
            makeDue(watch);
        }
        readDue();
    }
}
