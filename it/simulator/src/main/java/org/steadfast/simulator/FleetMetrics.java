package org.steadfast.simulator;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a fleet's devices do. Written by all devices, each counter by itself: a snapshot is not one instant. */
final class FleetMetrics {
    final LongAdder sent = new LongAdder();
    final LongAdder errors = new LongAdder();
    final LongAdder superseded = new LongAdder();
    final LongAdder resends = new LongAdder();
    final LongAdder unavailable = new LongAdder();
    final LongAdder timeouts = new LongAdder();
    final LongAdder reconnects = new LongAdder();
    final LongAdder connectFailures = new LongAdder();
    final AtomicInteger connected = new AtomicInteger();
    final AtomicInteger everConnected = new AtomicInteger();
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder updates = new LongAdder();
    private final LatencyLog latencies = new LatencyLog();
    private final GapTimer gaps = new GapTimer();
    /** When the server last answered anything, by {@link System#nanoTime()}. Written by all devices. */
    private final AtomicLong lastAnswer = new AtomicLong(System.nanoTime());

    private final ProblemLog problems = new ProblemLog();

    void sent(long nowNanos) {
        sent.increment();
        gaps.begin(nowNanos);
    }

    void acknowledged(long firstSentNanos, int values) {
        long now = System.nanoTime();
        acknowledged.increment();
        updates.add(values);
        latencies.record(now - firstSentNanos);
        gaps.acknowledged(now);
        lastAnswer.set(now);
    }

    void answered() {
        lastAnswer.set(System.nanoTime());
    }

    void problem(String thing, String what) {
        problems.add(thing, what);
    }

    List<String> problems() {
        return problems.lines();
    }

    Duration sinceLastAnswer() {
        return Duration.ofNanos(System.nanoTime() - lastAnswer.get());
    }

    LatencySummary recentLatency() {
        return latencies.recent();
    }

    /** The gap that is open now counts where a message waits for its acknowledgement. */
    FleetStatistics snapshot(Duration elapsed, int devices) {
        boolean waiting = sent.sum() > acknowledged.sum() + errors.sum() + superseded.sum();
        return new FleetStatistics(
                elapsed,
                devices,
                connected.get(),
                everConnected.get(),
                sent.sum(),
                acknowledged.sum(),
                updates.sum(),
                errors.sum(),
                superseded.sum(),
                resends.sum(),
                unavailable.sum(),
                timeouts.sum(),
                reconnects.sum(),
                connectFailures.sum(),
                latencies.total(),
                gaps.longest(waiting ? OptionalLong.of(System.nanoTime()) : OptionalLong.empty()));
    }
}
