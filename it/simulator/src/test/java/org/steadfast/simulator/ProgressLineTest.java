package org.steadfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private final StringWriter text = new StringWriter();

    @Test
    void shows_rates_since_the_line_before() {
        ProgressLine line = new ProgressLine(new PrintWriter(text), false);
        line.show(statistics(1, 100), latency());
        line.show(statistics(3, 500), latency());

        assertThat(text.toString().lines())
                .containsExactly(
                        "connected 9/10  sent 101  acknowledged 100  errors 0  100 msg/s  200 updates/s"
                                + "  p50 1.0 ms  p99 3.0 ms",
                        "connected 9/10  sent 501  acknowledged 500  errors 0  200 msg/s  400 updates/s"
                                + "  p50 1.0 ms  p99 3.0 ms");
    }

    @Test
    void on_a_terminal_each_line_covers_the_one_before() {
        ProgressLine line = new ProgressLine(new PrintWriter(text), true);
        line.show(statistics(1, 100_000), latency());
        line.show(statistics(2, 100_000), latency());
        line.end();

        String[] parts = text.toString().split("\r", -1);
        assertThat(parts).hasSize(3);
        assertThat(parts[2].stripTrailing()).doesNotContain("\n");
        assertThat(parts[2].replace(System.lineSeparator(), "")).hasSize(parts[1].length());
        assertThat(text.toString()).endsWith(System.lineSeparator());
    }

    private static LatencySummary latency() {
        return new LatencySummary(
                1,
                Duration.ofMillis(1),
                Duration.ofMillis(2),
                Duration.ofMillis(3),
                Duration.ofMillis(4),
                Duration.ofMillis(5));
    }

    private static FleetStatistics statistics(int seconds, long acknowledged) {
        return new FleetStatistics(
                Duration.ofSeconds(seconds),
                10,
                9,
                10,
                acknowledged + 1,
                acknowledged,
                2 * acknowledged,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                latency(),
                Duration.ZERO);
    }
}
