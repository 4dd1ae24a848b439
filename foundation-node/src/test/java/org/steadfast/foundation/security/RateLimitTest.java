package org.steadfast.foundation.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bounds on how often something is done, by a clock that the test moves. */
class RateLimitTest {
    private final Hand clock = new Hand();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    /** A clock that stands still until it is moved. */
    private static final class Hand implements TimeMeter {
        private final AtomicLong nanos = new AtomicLong(1);

        void move(Duration time) {
            nanos.addAndGet(time.toNanos());
        }

        @Override
        public long currentTimeNanos() {
            return nanos.get();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }

    private RateLimits limits(int perSecond, int burst, String... exempt) {
        return new RateLimits(
                new RateLimitSettings(perSecond, burst, perSecond, burst, perSecond, burst, List.of(exempt)),
                clock,
                registry);
    }

    private static int taken(RateLimits limits, String address) {
        for (int taken = 0; taken < 1_000; taken++) {
            try {
                limits.countRequest(address);
            } catch (RateLimitException e) {
                return taken;
            }
        }
        return Integer.MAX_VALUE;
    }

    @Test
    void aBurstIsTakenAndThenWhatTheRateGives() {
        RateLimits limits = limits(10, 50);

        assertThat(taken(limits, "192.0.2.1")).isEqualTo(50);
        assertThat(taken(limits, "192.0.2.2")).as("another address").isEqualTo(50);
        clock.move(Duration.ofMillis(200));
        assertThat(taken(limits, "192.0.2.1")).isEqualTo(2);
        clock.move(Duration.ofHours(1));
        assertThat(taken(limits, "192.0.2.1")).isEqualTo(50);
    }

    @Test
    void whoIsRefusedLearnsWhichSettingSaysSoAndWhenToComeAgain() {
        RateLimits limits = limits(2, 3);
        int unused = taken(limits, "192.0.2.1");

        RateLimitException refusal =
                catchThrowableOfType(RateLimitException.class, () -> limits.countRequest("192.0.2.1"));

        assertThat(refusal)
                .hasMessage(
                        "too many requests from 192.0.2.1 on this node:"
                                + " PlatformSettingsConfig.RateLimitSettings.RequestsPerSecondPerAddress is 2; try again in 1 s");
        assertThat(refusal.retryAfterSeconds()).isEqualTo(1);
        assertThat(registry.get("steadfast.rest.limited")
                        .tag("limit", "address")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void allOfAUserIsCountedTogetherWhereverItComesFrom() throws Exception {
        RateLimits limits = limits(1, 2);

        limits.countRequest(new Principal("anna", false, "192.0.2.1"));
        limits.countRequest(new Principal("anna", true, "192.0.2.2"));
        assertThatThrownBy(() -> limits.countRequest(new Principal("anna", false, "192.0.2.3")))
                .hasMessageContaining("requests of user anna")
                .hasMessageContaining("RequestsPerSecondPerUser");
        limits.countRequest(new Principal("berta", false, "192.0.2.1"));
    }

    @Test
    void failedLoginsAreRefusedByTheMinute() {
        RateLimits limits = limits(2, 3);

        for (int i = 0; i < 10; i++) {
            limits.countFailedLogin("192.0.2.1");
        }

        assertThat(limits.mayTry("192.0.2.1")).isFalse();
        assertThat(limits.mayTry("192.0.2.2")).isTrue();
        assertThat(limits.tooManyFailed("192.0.2.1").retryAfterSeconds()).isEqualTo(30);
        clock.move(Duration.ofSeconds(30));
        assertThat(limits.mayTry("192.0.2.1")).isTrue();
    }

    @Test
    void aRateOfNoughtIsNoLimit() {
        RateLimits limits = limits(0, 1);

        assertThat(taken(limits, "192.0.2.1")).isEqualTo(Integer.MAX_VALUE);
        limits.countFailedLogin("192.0.2.1");
        limits.countFailedLogin("192.0.2.1");
        assertThat(limits.mayTry("192.0.2.1")).isTrue();
    }

    @Test
    void listedNetworksAreNotLimited() throws Exception {
        RateLimits limits = limits(1, 2, "10.0.0.0/8", "2001:db8::/32");

        assertThat(taken(limits, "10.1.2.3")).isEqualTo(Integer.MAX_VALUE);
        assertThat(taken(limits, "2001:db8::7")).isEqualTo(Integer.MAX_VALUE);
        assertThat(taken(limits, "11.1.2.3")).isEqualTo(2);
        for (int i = 0; i < 10; i++) {
            limits.countRequest(new Principal("anna", false, "10.1.2.3"));
            limits.countFailedLogin("10.1.2.3");
        }
        assertThat(limits.mayTry("10.1.2.3")).isTrue();
    }

    /** Whoever has a network of IPv6 has more addresses in it than could be counted. */
    @ParameterizedTest
    @CsvSource({
        "2001:db8:1:2::3, 2001:db8:1:2:ffff:ffff:ffff:ffff, true",
        "2001:db8:1:2::3, 2001:db8:1:3::3, false",
        "192.0.2.1, ::ffff:192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "unknown, unknown, true",
        ":::::, ::1, false",
    })
    void addressesOfOneNetworkCountTogether(String one, String other, boolean together) {
        RateLimits limits = limits(1, 5);
        assertThat(taken(limits, one)).isEqualTo(5);

        assertThat(taken(limits, other)).isEqualTo(together ? 0 : 5);
    }
}
