package org.steadfast.it.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The quick checker against one that tries every order. */
class CheckersAgreeTest {
    private static final int HISTORIES = 30_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void onSmallHistories(long seed) {
        RandomHistories histories = new RandomHistories(seed);
        int linearizable = 0;
        for (int i = 0; i < HISTORIES; i++) {
            List<Operation> operations = histories.next();
            boolean expected = new ExhaustiveChecker(operations).isLinearizable();
            List<Violation> violations = new RegisterChecker().check(Story.PROPERTY, operations);
            assertThat(violations.isEmpty())
                    .as("history %d of seed %d: %s", i, seed, operations)
                    .isEqualTo(expected);
            linearizable += expected ? 1 : 0;
        }
        // Agreement on histories that are all of one kind would tell nothing.
        assertThat(linearizable).isBetween(HISTORIES / 5, HISTORIES * 4 / 5);
    }

    /** What a report shows is a contradiction by itself, for somebody who reads it has nothing else. */
    @Test
    void theEvidenceAloneIsNotLinearizable() {
        RandomHistories histories = new RandomHistories(5);
        for (int i = 0; i < HISTORIES; i++) {
            List<Operation> operations = histories.next();
            for (Violation violation : new RegisterChecker().check(Story.PROPERTY, operations)) {
                if (violation.kind() == Violation.Kind.WENT_BACK) {
                    List<Operation> evidence = withTheirWrites(violation.evidence(), operations);
                    assertThat(new ExhaustiveChecker(evidence).isLinearizable())
                            .as("%s of %s", violation, operations)
                            .isFalse();
                }
            }
        }
    }

    /** The value of a read that is shown was written by somebody. */
    private static List<Operation> withTheirWrites(List<Operation> evidence, List<Operation> all) {
        return all.stream()
                .filter(operation -> evidence.contains(operation)
                        || (operation.kind() == Operation.Kind.WRITE
                                && evidence.stream()
                                        .anyMatch(shown -> shown.value().equals(operation.value()))))
                .toList();
    }
}
