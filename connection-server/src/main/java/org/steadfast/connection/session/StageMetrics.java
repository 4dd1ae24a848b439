package org.steadfast.connection.session;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long devices' requests take, as a whole and stage by stage. Made once for all sessions and without a label per device: a
 * request costs five additions. Safe for use by several threads.
 */
final class StageMetrics {
    private static final Duration[] STEPS = {
        Duration.ofNanos(100_000),
        Duration.ofNanos(500_000),
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

    private final Timer whole;
    private final Timer route;
    private final Timer link;
    private final Timer node;
    private final Timer answer;

    StageMetrics(MeterRegistry registry) {
        whole = Timer.builder("steadfast.devices.requests")
                .description("Requests of devices, from the whole message to the written answer")
                .serviceLevelObjectives(STEPS)
                .register(registry);
        route = stage(registry, "route");
        link = stage(registry, "link");
        node = stage(registry, "node");
        answer = stage(registry, "answer");
    }

    private static Timer stage(MeterRegistry registry, String stage) {
        return Timer.builder("steadfast.devices.requests.stage")
                .description("The stages of devices' requests")
                .tag("stage", stage)
                .serviceLevelObjectives(STEPS)
                .register(registry);
    }

    /**
     * A request has passed through. All in nanoseconds.
     *
     * @param routing from the whole message until it was known where it goes
     * @param waiting until it left over a link
     * @param asking until the answer came
     * @param writing until that was written to the device's socket
     */
    void record(long routing, long waiting, long asking, long writing) {
        route.record(routing, TimeUnit.NANOSECONDS);
        link.record(waiting, TimeUnit.NANOSECONDS);
        node.record(asking, TimeUnit.NANOSECONDS);
        answer.record(writing, TimeUnit.NANOSECONDS);
        whole.record(routing + waiting + asking + writing, TimeUnit.NANOSECONDS);
    }
}
