package org.steadfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class GapTimerTest {
    private final GapTimer gaps = new GapTimer();

    @Test
    void counts_from_the_first_sending_to_the_end() {
        assertThat(gaps.longest(OptionalLong.of(1_000))).isEqualTo(Duration.ZERO);
        gaps.begin(1_000);
        gaps.begin(1_500);
        gaps.acknowledged(3_000);
        gaps.acknowledged(3_100);
        assertThat(gaps.longest(OptionalLong.empty())).isEqualTo(Duration.ofNanos(2_000));
        assertThat(gaps.longest(OptionalLong.of(4_000))).isEqualTo(Duration.ofNanos(2_000));
        assertThat(gaps.longest(OptionalLong.of(9_100))).isEqualTo(Duration.ofNanos(6_000));
    }
}
