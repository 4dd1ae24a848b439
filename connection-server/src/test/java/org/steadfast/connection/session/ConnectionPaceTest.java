package org.steadfast.connection.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ConnectionPaceTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long START = Long.MAX_VALUE - SECOND;

    private final ConnectionPace pace = new ConnectionPace(10, Duration.ofMillis(300), START);

    private long waitMillis(long atMillis) {
        OptionalLong wait = pace.take(START + Duration.ofMillis(atMillis).toNanos());
        return wait.isPresent() ? Duration.ofNanos(wait.getAsLong()).toMillis() : -1;
    }

    @Test
    void whoComesAloneDoesNotWait() {
        assertThat(waitMillis(0)).isZero();
        assertThat(waitMillis(100)).isZero();
        assertThat(waitMillis(1500)).isZero();
    }

    @Test
    void thoseWhoComeAtOnceGetATurnEachUntilTheLineIsTooLong() {
        assertThat(new long[] {waitMillis(0), waitMillis(0), waitMillis(0), waitMillis(0), waitMillis(0)})
                .containsExactly(0, 100, 200, 300, -1);
        assertThat(waitMillis(50)).as("who was refused took no turn").isEqualTo(-1);
        assertThat(waitMillis(100)).isEqualTo(300);
    }

    @Test
    void turnsThatNobodyTookAreNotSaved() {
        assertThat(waitMillis(5000)).isZero();
        assertThat(waitMillis(5000)).isEqualTo(100);
    }
}
