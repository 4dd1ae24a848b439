package org.steadfast.simulator;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.steadfast.protocol.type.Value;

/** The values that a device has by itself, per thing that it speaks for. Safe for use by several threads. */
final class DeviceProperties {
    /** Written by whoever pushes and by the reading thread when the server writes. The things are fixed. */
    private final Map<String, Map<String, Value>> values;

    DeviceProperties(Iterable<String> things) {
        Map<String, Map<String, Value>> empty = new TreeMap<>();
        things.forEach(thing -> empty.put(thing, new ConcurrentHashMap<>()));
        values = Map.copyOf(empty);
    }

    boolean has(String thing) {
        return values.containsKey(thing);
    }

    void put(String thing, String property, Value value) {
        Map<String, Value> ofThing = values.get(thing);
        if (ofThing != null) {
            ofThing.put(property, value);
        }
    }

    Optional<Value> get(String thing, String property) {
        return Optional.ofNullable(values.getOrDefault(thing, Map.of()).get(property));
    }

    /** All of a thing's values by property, copied. */
    Map<String, Value> all(String thing) {
        return new TreeMap<>(values.getOrDefault(thing, Map.of()));
    }
}
