package org.steadfast.simulator;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Latencies since the start and since one last looked. Recording is safe from any thread and does not wait. */
final class LatencyLog {
    private static final long LONGEST_MICROS = 3_600_000_000L;
    private static final int DIGITS = 3;

    private final Recorder recorder = new Recorder(LONGEST_MICROS, DIGITS);
    /** Both are filled from the recorder by whoever looks; this object's lock guards them. */
    private final Histogram total = new Histogram(LONGEST_MICROS, DIGITS);

    private final Histogram recent = new Histogram(LONGEST_MICROS, DIGITS);

    /** Longer times than an hour count as an hour. */
    void record(long nanos) {
        recorder.recordValue(Math.min(Math.max(nanos / 1000, 0), LONGEST_MICROS));
    }

    synchronized LatencySummary total() {
        collect();
        return LatencySummary.ofMicros(total);
    }

    /** Since the last call of this method. */
    synchronized LatencySummary recent() {
        collect();
        LatencySummary summary = LatencySummary.ofMicros(recent);
        recent.reset();
        return summary;
    }

    private void collect() {
        Histogram interval = recorder.getIntervalHistogram();
        total.add(interval);
        recent.add(interval);
    }
}
