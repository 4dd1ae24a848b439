package org.steadfast.foundation.script;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.steadfast.foundation.service.ServiceException;

/** What is counted and timed of scripts; those that scripts call are part of these. Safe for use by several threads. */
final class ScriptMetrics {
    /** How a script ended. */
    enum Outcome {
        DONE,
        FAILED,
        TIMEOUT,
        MEMORY,
        UNAVAILABLE;

        static Outcome of(Throwable thrown) {
            if (thrown instanceof ScriptStopped stopped) {
                return switch (stopped.bound()) {
                    case TIME -> TIMEOUT;
                    case MEMORY -> MEMORY;
                    case NODE_STOPS -> UNAVAILABLE;
                };
            }
            return thrown instanceof ServiceException service && service.kind() == ServiceException.Kind.UNAVAILABLE
                    ? UNAVAILABLE
                    : FAILED;
        }
    }

    private final Map<Outcome, Timer> runs = new EnumMap<>(Outcome.class);
    private final Timer waited;
    private final Counter refused;

    ScriptMetrics(MeterRegistry registry, Collection<?> waiting, Collection<?> running) {
        for (Outcome outcome : Outcome.values()) {
            runs.put(
                    outcome,
                    Timer.builder("steadfast.scripts.runs")
                            .description("Scripts that have ended, by how")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        waited = Timer.builder("steadfast.scripts.waited")
                .description("How long scripts waited for a thread")
                .register(registry);
        refused = Counter.builder("steadfast.scripts.refused")
                .description("Scripts refused because too many were waiting")
                .register(registry);
        registry.gaugeCollectionSize("steadfast.scripts.waiting", io.micrometer.core.instrument.Tags.empty(), waiting);
        registry.gaugeCollectionSize("steadfast.scripts.running", io.micrometer.core.instrument.Tags.empty(), running);
    }

    void ended(Outcome outcome, long nanos) {
        runs.get(outcome).record(nanos, TimeUnit.NANOSECONDS);
    }

    void begun(long waitedNanos) {
        waited.record(waitedNanos, TimeUnit.NANOSECONDS);
    }

    void refused() {
        refused.increment();
    }
}
