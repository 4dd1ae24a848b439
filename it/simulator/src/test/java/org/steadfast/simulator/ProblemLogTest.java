package org.steadfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProblemLogTest {
    private final ProblemLog problems = new ProblemLog();

    @Test
    void each_text_stands_once_with_its_count() {
        problems.add("a", "refused");
        problems.add("b", "timed out");
        problems.add("c", "refused");

        assertThat(problems.lines()).containsExactly("a: refused (2 times in all)", "b: timed out");
    }

    @Test
    void the_number_of_texts_is_bounded() {
        for (int i = 0; i < 1000; i++) {
            problems.add("a", "problem " + i);
        }

        assertThat(problems.lines()).hasSize(21).endsWith("980 others");
    }
}
