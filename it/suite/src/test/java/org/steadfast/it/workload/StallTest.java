package org.steadfast.it.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.steadfast.it.history.Operation;

class StallTest {
    private static final long FAULT = 100;
    private static final long END = 1_000;

    private static Operation write(long from, long to, Operation.Outcome outcome) {
        return Operation.write("A.p", "c", "n", from, from, to, outcome);
    }

    private static Operation ok(long from, long to) {
        return write(from, to, Operation.Outcome.OK);
    }

    private static Stall stall(Operation... operations) {
        return Stall.of(List.of(operations), Operation.Kind.WRITE, FAULT, END);
    }

    @Test
    void theLongestIntervalMayBeInTheMiddle() {
        assertThat(stall(ok(110, 120), ok(500, 560), ok(570, 900))).isEqualTo(new Stall(440, OptionalLong.of(20)));
    }

    @Test
    void orFromTheFaultOn() {
        assertThat(stall(ok(600, 700))).isEqualTo(new Stall(600, OptionalLong.of(600)));
    }

    @Test
    void orUntilTheEnd() {
        assertThat(stall(ok(110, 120)).longest()).isEqualTo(880);
    }

    @Test
    void whatBeganBeforeTheFaultEndsAStallButIsNoSuccessAfterIt() {
        assertThat(stall(ok(90, 150))).isEqualTo(new Stall(850, OptionalLong.empty()));
    }

    @Test
    void whatFailedOrIsUnknownIsNoSuccess() {
        assertThat(stall(write(110, 120, Operation.Outcome.FAILED), write(300, 310, Operation.Outcome.UNKNOWN)))
                .isEqualTo(new Stall(900, OptionalLong.empty()));
    }

    @Test
    void anotherKindDoesNotCount() {
        Operation read = Operation.read("A.p", "c", "n", OptionalLong.empty(), 110, 120);
        assertThat(stall(read).longest()).isEqualTo(900);
    }

    @Test
    void isPrintedInMilliseconds() {
        assertThat(new Stall(8_840_123_456L, OptionalLong.of(124_000_000L)))
                .hasToString("stall=8840 ms first success after=124 ms");
        assertThat(new Stall(8_840_123_456L, OptionalLong.empty()))
                .hasToString("stall=8840 ms first success after=never");
    }
}
