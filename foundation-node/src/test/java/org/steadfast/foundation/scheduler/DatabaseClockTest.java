package org.steadfast.foundation.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DatabaseClockTest {
    private static final long NOW = 1_795_000_000_000L;

    private static void observe(DatabaseClock clock, long said) {
        long now = System.nanoTime();
        clock.observe(said, now, now);
    }

    /** Whatever this machine's own clock says: it is not asked. */
    @Test
    void tellsTheDatabasesTime() throws Exception {
        DatabaseClock clock = new DatabaseClock(new TimeOnly(() -> NOW));
        clock.set();
        assertThat(clock.now()).isBetween(NOW, NOW + 2_000);
        long before = clock.now();
        await().atMost(Duration.ofSeconds(5)).until(() -> clock.now() >= before + 100);
    }

    @Test
    void doesNotGoBackByAMoment() throws Exception {
        DatabaseClock clock = new DatabaseClock(new TimeOnly(() -> NOW));
        clock.set();
        long before = clock.now();
        observe(clock, NOW - 500);
        assertThat(clock.now()).isGreaterThanOrEqualTo(before);
        observe(clock, NOW + 500);
        assertThat(clock.now()).isGreaterThanOrEqualTo(NOW + 500);
    }

    /** Another machine's clock has taken the place of one that was an hour ahead: waiting for it would fire nothing for an hour. */
    @Test
    void followsADatabaseWhoseClockIsAnother() throws Exception {
        DatabaseClock clock = new DatabaseClock(new TimeOnly(() -> NOW));
        clock.set();
        assertThat(clock.now()).isGreaterThanOrEqualTo(NOW);
        observe(clock, NOW - 3_600_000);
        assertThat(clock.now()).isBetween(NOW - 3_600_000, NOW - 3_590_000);
    }

    @Test
    void theSkewOfThisMachineIsSeen() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Clock ahead = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(5));
        try (ClockSkew watch =
                new ClockSkew(new TimeOnly(System::currentTimeMillis), ahead, Duration.ofSeconds(1), registry)) {
            watch.start();
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(registry.get("steadfast.clock.skew.seconds")
                                    .gauge()
                                    .value())
                            .isBetween(4.5, 5.5));
        }
    }
}
