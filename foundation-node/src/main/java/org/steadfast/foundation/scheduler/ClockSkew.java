package org.steadfast.foundation.scheduler;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.store.ScheduleStore;
import org.steadfast.persistence.store.StoreException;

/**
 * Watches how far this machine's clock is from the database's. Nothing fires by this machine's, but logs, and values that are written
 * without a time, have it. Safe for use by several threads.
 */
final class ClockSkew implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ClockSkew.class);
    private static final long PERIOD_SECONDS = 20;

    private final ScheduleStore store;
    private final Clock clock;
    private final Duration warning;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "clock-skew"));
    /** Milliseconds by which this machine is ahead; written by the thread. */
    private volatile long skew;
    /** Whether it was far off when it was last looked at; used by the thread alone. */
    private boolean isOff;

    ClockSkew(ScheduleStore store, Clock clock, Duration warning, MeterRegistry registry) {
        this.store = store;
        this.clock = clock;
        this.warning = warning;
        Gauge.builder("steadfast.clock.skew.seconds", this, of -> of.skew / 1e3)
                .description("How far the clock of this machine is ahead of the database's")
                .register(registry);
    }

    void start() {
        var unused = thread.scheduleWithFixedDelay(this::look, 0, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        try {
            long before = clock.millis();
            long database = store.now();
            long after = clock.millis();
            // As far as the answer's own time leaves no doubt.
            long ahead = before > database ? before - database : after < database ? after - database : 0;
            skew = ahead;
            boolean now = Math.abs(ahead) > warning.toMillis();
            if (now && !isOff) {
                log.warn(
                        "CLOCK_SKEW: the clock of this machine is {} ms {} the database's; set one of them right",
                        Math.abs(ahead),
                        ahead > 0 ? "ahead of" : "behind");
            } else if (isOff && !now) {
                log.info("The clock of this machine is right again, within {} ms", Math.abs(ahead));
            }
            isOff = now;
        } catch (StoreException | RuntimeException e) {
            log.debug("The database's clock cannot be read now", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
