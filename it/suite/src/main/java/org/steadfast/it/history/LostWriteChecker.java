package org.steadfast.it.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Tells which acknowledged writes are lost in the end: what a property holds when everything has come to rest must not have been
 * written before an acknowledged write began. The same reads belong into the history as well, where {@link RegisterChecker} finds
 * everything that this finds and more; this says it in the words of the guarantee.
 */
public final class LostWriteChecker {

    /**
     * @param history all that happened before
     * @param ending reads of each property after everything, through any node or in the database
     */
    public List<Violation> check(History history, List<Operation> ending) {
        Map<String, List<Operation>> byProperty = history.byProperty();
        List<Violation> violations = new ArrayList<>();
        for (Operation read : ending) {
            newerAcknowledged(byProperty.getOrDefault(read.property(), List.of()), read)
                    .ifPresent(lost -> violations.add(violation(lost, read)));
        }
        return violations;
    }

    private static Violation violation(Operation lost, Operation read) {
        String found = read.value().isPresent() ? "the older " + read.value().getAsLong() : "nothing";
        return new Violation(
                read.property(),
                Violation.Kind.LOST_WRITE,
                "the acknowledged " + lost.value().getAsLong() + " is lost; " + read.node() + " has " + found,
                List.of(lost, read));
    }

    /** The last acknowledged write that began when the value that was read had been written already. */
    private static Optional<Operation> newerAcknowledged(List<Operation> operations, Operation read) {
        long written = written(operations, read.value());
        return operations.stream()
                .filter(operation -> operation.isWrite()
                        && operation.outcome() == Operation.Outcome.OK
                        && !operation.value().equals(read.value())
                        && operation.invoked() > written
                        && operation.completed() < read.invoked())
                .max(Comparator.comparingLong(Operation::completed));
    }

    /** When the value held at the latest; never, in doubt. */
    private static long written(List<Operation> operations, OptionalLong value) {
        if (value.isEmpty()) {
            return Long.MIN_VALUE;
        }
        return operations.stream()
                .filter(operation -> operation.isWrite() && operation.value().equals(value))
                .mapToLong(Operation::latestEffect)
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }
}
