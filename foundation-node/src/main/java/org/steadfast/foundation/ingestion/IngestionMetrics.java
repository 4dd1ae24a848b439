package org.steadfast.foundation.ingestion;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;

/** What ingestion counts and times. Safe for use by several threads. */
final class IngestionMetrics {
    private static final Duration[] STEPS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(200),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    private final MeterRegistry registry;
    final Timer commit;
    final Timer publish;
    final DistributionSummary batchValues;
    final Counter acknowledged;
    final Counter overloaded;
    final Counter unavailable;

    IngestionMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.commit = timer("steadfast.ingestion.commit", "Time to write and commit a batch");
        this.publish = timer("steadfast.ingestion.publish", "Time to publish a committed batch to shared state");
        this.batchValues = DistributionSummary.builder("steadfast.ingestion.batch.values")
                .description("Values per batch")
                .serviceLevelObjectives(1, 10, 50, 100, 250, 500)
                .register(registry);
        this.acknowledged = counter("steadfast.ingestion.acknowledged.values", "Values acknowledged");
        this.overloaded = counter("steadfast.ingestion.overloaded.updates", "Updates refused because a lane was full");
        this.unavailable =
                counter("steadfast.ingestion.unavailable.updates", "Updates answered 503 because the database failed");
    }

    void gaugeWaiting(int lane, Collection<?> queue, Number bytes) {
        registry.gauge("steadfast.ingestion.bytes", Tags.of("lane", Integer.toString(lane)), bytes);
        registry.gauge(
                "steadfast.ingestion.waiting.updates",
                Tags.of("lane", Integer.toString(lane)),
                queue,
                Collection::size);
    }

    private Timer timer(String name, String description) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(STEPS)
                .register(registry);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }
}
