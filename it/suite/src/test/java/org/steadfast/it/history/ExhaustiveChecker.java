package org.steadfast.it.history;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Tries every order of a few operations. Shares nothing with {@link RegisterChecker} but the meaning of an operation; each is the
 * other's test. One history per instance.
 */
final class ExhaustiveChecker {
    private final List<Operation> operations;
    /** What was tried in vain already: which operations have taken effect, and what the register holds. */
    private final Set<Position> dead = new HashSet<>();

    private record Position(int done, Long held) {}

    ExhaustiveChecker(List<Operation> operations) {
        this.operations = operations.stream()
                .filter(operation -> operation.outcome() != Operation.Outcome.FAILED)
                .toList();
    }

    boolean isLinearizable() {
        return search(0, null);
    }

    private boolean search(int done, Long held) {
        if (allThatMustBe(done)) {
            return true;
        }
        if (!dead.add(new Position(done, held))) {
            return false;
        }
        for (int next = 0; next < operations.size(); next++) {
            if ((done & (1 << next)) == 0 && mayBeNext(done, operations.get(next))) {
                Operation operation = operations.get(next);
                Long value = operation.value().isPresent() ? operation.value().getAsLong() : null;
                boolean write = operation.kind() == Operation.Kind.WRITE;
                if ((write || Objects.equals(value, held)) && search(done | (1 << next), write ? value : held)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Unknown writes may also never take effect. */
    private boolean allThatMustBe(int done) {
        for (int i = 0; i < operations.size(); i++) {
            if ((done & (1 << i)) == 0 && operations.get(i).outcome() == Operation.Outcome.OK) {
                return false;
            }
        }
        return true;
    }

    /** Whether no operation that has not taken effect yet was over before this one began. */
    private boolean mayBeNext(int done, Operation candidate) {
        for (int i = 0; i < operations.size(); i++) {
            Operation other = operations.get(i);
            boolean over = other.outcome() == Operation.Outcome.OK && other.completed() < candidate.invoked();
            if ((done & (1 << i)) == 0 && over) {
                return false;
            }
        }
        return true;
    }
}
