package org.steadfast.it.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The operations of all clients, in no particular order. Safe for use by several threads; adding never waits. */
public final class History {
    private final long start = System.nanoTime();
    /** Added to by all clients. */
    private final Queue<Operation> operations = new ConcurrentLinkedQueue<>();

    /** Nanoseconds since the history's start; never goes back, also from one thread to another. */
    public long now() {
        return System.nanoTime() - start;
    }

    public void add(Operation operation) {
        operations.add(operation);
    }

    /** All operations so far, a copy. */
    public List<Operation> operations() {
        return List.copyOf(operations);
    }

    /** The operations so far by property. */
    Map<String, List<Operation>> byProperty() {
        Map<String, List<Operation>> sorted = new TreeMap<>();
        for (Operation operation : operations) {
            sorted.computeIfAbsent(operation.property(), property -> new ArrayList<>())
                    .add(operation);
        }
        return sorted;
    }
}
