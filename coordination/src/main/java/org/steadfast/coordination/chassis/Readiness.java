package org.steadfast.coordination.chassis;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Why a node does not take traffic yet, or any more: named conditions, each with a reason while it is not met. Safe for use by
 * several threads.
 */
public final class Readiness {
    /** Written by whoever owns a condition, read by every health request; the map itself is the guard. */
    private final Map<String, String> unmet = new ConcurrentSkipListMap<>();

    /** Adds a condition that is not met now. */
    public Condition condition(String name, String reason) {
        Condition condition = new Condition(name);
        condition.unmet(reason);
        return condition;
    }

    /** True where every condition is met. */
    public boolean isReady() {
        return unmet.isEmpty();
    }

    /** The conditions that are not met, by name, with their reasons; a copy. */
    public Map<String, String> unmet() {
        // Not by the constructor, which counts first and fails when a condition is met meanwhile.
        Map<String, String> copy = new TreeMap<>();
        unmet.forEach(copy::put);
        return Collections.unmodifiableMap(copy);
    }

    /** One condition, changed by its owner. */
    public final class Condition {
        private final String name;

        private Condition(String name) {
            this.name = name;
        }

        public void met() {
            unmet.remove(name);
        }

        /** @param reason shown to operators, such as "loading shared state: 41 %" */
        public void unmet(String reason) {
            unmet.put(name, reason);
        }
    }
}
