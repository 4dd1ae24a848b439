package org.steadfast.it.workload;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.steadfast.it.history.History;
import org.steadfast.it.history.Operation;

/**
 * How long clients had to wait because of a fault, over all nodes. Nanoseconds.
 *
 * @param longest the longest interval in which no operation succeeded
 * @param firstSuccessAfter from the fault until an operation that was begun after it succeeded; empty if none did
 */
public record Stall(long longest, OptionalLong firstSuccessAfter) {

    /**
     * @param fault when it happened, in the history's time
     * @param end of what is looked at
     */
    public static Stall of(History history, Operation.Kind kind, long fault, long end) {
        return of(history.operations(), kind, fault, end);
    }

    static Stall of(List<Operation> operations, Operation.Kind kind, long fault, long end) {
        List<Operation> succeeded = operations.stream()
                .filter(operation -> operation.kind() == kind
                        && operation.outcome() == Operation.Outcome.OK
                        && operation.completed() >= fault
                        && operation.completed() <= end)
                .toList();
        long longest = 0;
        long last = fault;
        for (long completed :
                succeeded.stream().mapToLong(Operation::completed).sorted().toArray()) {
            longest = Math.max(longest, completed - last);
            last = completed;
        }
        longest = Math.max(longest, end - last);
        OptionalLong first = succeeded.stream()
                .filter(operation -> operation.invoked() >= fault)
                .mapToLong(operation -> operation.completed() - fault)
                .min();
        return new Stall(longest, first);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "stall=%d ms first success after=%s",
                longest / 1_000_000,
                firstSuccessAfter.isPresent() ? firstSuccessAfter.getAsLong() / 1_000_000 + " ms" : "never");
    }
}
