package org.steadfast.foundation.scheduler;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.steadfast.persistence.store.ScheduleStore.Fate;
import org.steadfast.persistence.store.ScheduleStore.Fire;

/** What the singleton counts and times. Safe for use by several threads. */
final class SchedulerMetrics {
    private final Map<Fate, Counter> fires = new EnumMap<>(Fate.class);
    private final Counter missed;
    private final Timer lateness;
    /** 1 while this node fires. */
    private final AtomicInteger leads;

    private final AtomicInteger schedules;

    SchedulerMetrics(MeterRegistry registry) {
        for (Fate fate : Fate.values()) {
            fires.put(
                    fate,
                    Counter.builder("steadfast.schedules.fires")
                            .description("Fire times that this node has claimed, by what became of them")
                            .tag("fate", fate.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        this.missed = Counter.builder("steadfast.schedules.missed")
                .description("Fire times that this node has passed over because they were missed")
                .register(registry);
        this.lateness = Timer.builder("steadfast.schedules.lateness")
                .description("Time from a fire time to its claim, by the database's clock")
                .publishPercentileHistogram()
                .register(registry);
        this.leads = registry.gauge("steadfast.singleton", new AtomicInteger());
        this.schedules = registry.gauge("steadfast.schedules", new AtomicInteger());
    }

    /** @param now when it was claimed, epoch milliseconds */
    void fired(long now, Fire fire) {
        fires.get(fire.fate()).increment();
        missed.increment(fire.missed());
        lateness.record(Math.max(0, now - fire.event().time()), TimeUnit.MILLISECONDS);
    }

    /** @param number of fire times with none fired after them */
    void passedOver(int number) {
        missed.increment(number);
    }

    void leads(boolean now) {
        leads.set(now ? 1 : 0);
        if (!now) {
            schedules.set(0);
        }
    }

    void schedules(int all) {
        schedules.set(all);
    }
}
