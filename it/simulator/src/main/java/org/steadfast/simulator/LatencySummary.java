package org.steadfast.simulator;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/** Times from a message's first sending to its acknowledgement; all zero where there are none. */
public record LatencySummary(long count, Duration p50, Duration p90, Duration p99, Duration p999, Duration max) {

    static LatencySummary ofMicros(Histogram micros) {
        return new LatencySummary(
                micros.getTotalCount(),
                percentile(micros, 50),
                percentile(micros, 90),
                percentile(micros, 99),
                percentile(micros, 99.9),
                percentile(micros, 100));
    }

    private static Duration percentile(Histogram micros, double percentile) {
        return Duration.ofNanos(micros.getTotalCount() == 0 ? 0 : micros.getValueAtPercentile(percentile) * 1000);
    }
}
