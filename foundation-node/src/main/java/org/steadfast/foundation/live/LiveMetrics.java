package org.steadfast.foundation.live;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/** What streams count. Safe for use by several threads. */
final class LiveMetrics {
    final Counter events;
    final Counter dropped;
    final Counter refused;

    LiveMetrics(MeterRegistry registry, Supplier<Number> streams, Supplier<Number> things) {
        Gauge.builder("steadfast.live.streams", streams)
                .description("Streams of live values that are open")
                .register(registry);
        Gauge.builder("steadfast.live.things", things)
                .description("Things that streams of this node are about")
                .register(registry);
        this.events = Counter.builder("steadfast.live.events")
                .description("Values that were sent to streams")
                .register(registry);
        this.dropped = Counter.builder("steadfast.live.dropped")
                .description("Streams that were ended because their clients read too slowly")
                .register(registry);
        this.refused = Counter.builder("steadfast.live.refused")
                .description("Streams that were refused because there are too many")
                .register(registry);
    }
}
