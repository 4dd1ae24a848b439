package org.steadfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void doubles_to_its_longest_with_jitter_and_begins_again_after_reset() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(300));
        assertThat(backoff.next()).isBetween(Duration.ofMillis(50), Duration.ofMillis(150));
        assertThat(backoff.next()).isBetween(Duration.ofMillis(100), Duration.ofMillis(300));
        for (int i = 0; i < 100; i++) {
            assertThat(backoff.next()).isBetween(Duration.ofMillis(150), Duration.ofMillis(450));
        }
        backoff.reset();
        assertThat(backoff.next()).isBetween(Duration.ofMillis(50), Duration.ofMillis(150));
    }
}
