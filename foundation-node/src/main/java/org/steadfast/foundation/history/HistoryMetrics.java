package org.steadfast.foundation.history;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.steadfast.persistence.influx.HistoryMover;

/** How history gets to InfluxDB. Written by the mover's thread, read by whoever reads metrics. */
final class HistoryMetrics implements HistoryMover.Listener {
    private final Counter moved;
    private final AtomicInteger isMoving = new AtomicInteger();
    private final AtomicLong waiting = new AtomicLong();

    HistoryMetrics(MeterRegistry registry) {
        this.moved = Counter.builder("steadfast.history.moved")
                .description("Entries that this node has moved to InfluxDB")
                .register(registry);
        Gauge.builder("steadfast.history.moving", isMoving, AtomicInteger::get)
                .description("1 where the last attempt to move history to InfluxDB went well, 0 where it failed")
                .register(registry);
        Gauge.builder("steadfast.history.waiting", waiting, AtomicLong::get)
                .description(
                        "Entries in PostgreSQL that wait for InfluxDB, of all nodes; at most 1,000,000 are counted")
                .register(registry);
    }

    @Override
    public void moved(int entries) {
        moved.increment(entries);
        isMoving.set(1);
    }

    @Override
    public void failed() {
        isMoving.set(0);
    }

    @Override
    public void waiting(long entries) {
        waiting.set(entries);
    }
}
