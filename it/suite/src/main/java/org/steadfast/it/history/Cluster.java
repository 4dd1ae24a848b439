package org.steadfast.it.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * The write of one value with all reads of it. In any order that a register allows they stand together: nothing else is written
 * between them.
 */
final class Cluster {
    /** Before everything: when a property got what it has before its first write. */
    private static final long EVER = Long.MIN_VALUE;

    private final OptionalLong value;
    private final List<Operation> operations;

    private Cluster(OptionalLong value, List<Operation> operations) {
        this.value = value;
        this.operations = operations;
    }

    static Cluster of(Operation write, List<Operation> reads) {
        List<Operation> operations = new ArrayList<>(reads);
        operations.add(write);
        return new Cluster(write.value(), operations);
    }

    /** Reads of a property that was not set: as if it had been written before everything. */
    static Cluster initial(List<Operation> reads) {
        return new Cluster(OptionalLong.empty(), reads);
    }

    String name() {
        return value.isPresent() ? Long.toString(value.getAsLong()) : "nothing (never set)";
    }

    private boolean isInitial() {
        return value.isEmpty();
    }

    /** From here on the value held, at the latest: the first moment at which one of the operations must have taken effect. */
    long firstEnd() {
        return isInitial()
                ? EVER
                : operations.stream().mapToLong(Operation::latestEffect).min().orElseThrow();
    }

    /** Until here the value held, at the least: the last moment before which one of the operations cannot have taken effect. */
    long lastStart() {
        return operations.stream().mapToLong(Operation::invoked).max().orElse(EVER);
    }

    /** Whether the value must have held for a while; else there is a moment at which all its operations may have taken effect. */
    boolean isForward() {
        return firstEnd() < lastStart();
    }

    /** The operation that gives {@link #firstEnd}; none where it is the state before everything. */
    List<Operation> firstToEnd() {
        return isInitial()
                ? List.of()
                : List.of(operations.stream()
                        .min(Comparator.comparingLong(Operation::latestEffect))
                        .orElseThrow());
    }

    /** The operation that gives {@link #lastStart}. */
    Operation lastToStart() {
        return operations.stream()
                .max(Comparator.comparingLong(Operation::invoked))
                .orElseThrow();
    }
}
