package org.steadfast.foundation.event;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** What events and subscriptions count and time. Safe for use by several threads. */
final class EventMetrics {
    final Counter events;
    final Counter dropped;
    final Counter takenOver;
    final Counter succeeded;
    final Counter failed;
    final Counter skipped;
    final Timer run;

    EventMetrics(MeterRegistry registry, Backlog backlog) {
        registry.gauge("steadfast.events.waiting", backlog.events());
        registry.gauge("steadfast.events.waiting.bytes", backlog.bytes());
        this.events = Counter.builder("steadfast.events")
                .description("Events that somebody subscribes to")
                .register(registry);
        this.dropped = Counter.builder("steadfast.events.dropped")
                .description("Events that are not persistent and were given up")
                .register(registry);
        this.takenOver = Counter.builder("steadfast.events.taken.over")
                .description("Entries of the event journal taken over from lost nodes")
                .register(registry);
        this.succeeded = runs(registry, "succeeded");
        this.failed = runs(registry, "failed");
        this.skipped = runs(registry, "skipped");
        this.run = Timer.builder("steadfast.subscriptions.duration")
                .description("Time that subscriptions take")
                .register(registry);
    }

    private static Counter runs(MeterRegistry registry, String outcome) {
        return Counter.builder("steadfast.subscriptions.runs")
                .description("Runs of subscriptions by outcome")
                .tag("outcome", outcome)
                .register(registry);
    }
}
