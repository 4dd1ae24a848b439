package org.steadfast.foundation.scheduler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** All schedules that fire, in the order of their next fire times. Used by one thread. */
final class Board {
    private final Map<Long, Entry> byThing = new HashMap<>();
    private final Map<String, Long> byName = new HashMap<>();
    private final TreeSet<Place> order = new TreeSet<>();

    private record Entry(Schedule schedule, Optional<Place> place) {}

    /** Where a schedule stands. */
    private record Place(long next, long thingId) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int order = Long.compare(next, other.next);
            return order != 0 ? order : Long.compare(thingId, other.thingId);
        }
    }

    int size() {
        return byThing.size();
    }

    Set<Long> things() {
        return Set.copyOf(byThing.keySet());
    }

    Optional<Schedule> find(long thingId) {
        return Optional.ofNullable(byThing.get(thingId)).map(Entry::schedule);
    }

    Optional<Schedule> find(String name) {
        return Optional.ofNullable(byName.get(name)).flatMap(this::find);
    }

    /** Puts a schedule in the place of the one that the thing had. */
    void put(Schedule schedule) {
        remove(schedule.thingId());
        OptionalLong next = schedule.next();
        Optional<Place> place =
                next.isPresent() ? Optional.of(new Place(next.getAsLong(), schedule.thingId())) : Optional.empty();
        byThing.put(schedule.thingId(), new Entry(schedule, place));
        byName.put(schedule.name(), schedule.thingId());
        place.ifPresent(order::add);
    }

    void remove(long thingId) {
        Entry entry = byThing.remove(thingId);
        if (entry != null) {
            byName.remove(entry.schedule().name(), thingId);
            entry.place().ifPresent(order::remove);
        }
    }

    /** At most so many of those that are due, the longest due first. */
    List<Schedule> due(long now, int most) {
        List<Schedule> due = new ArrayList<>();
        for (Place place : order) {
            if (place.next() > now || due.size() == most) {
                break;
            }
            due.add(byThing.get(place.thingId()).schedule());
        }
        return due;
    }

    /** When the first one is due; empty where none ever is. */
    OptionalLong next() {
        return order.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(order.first().next());
    }
}
