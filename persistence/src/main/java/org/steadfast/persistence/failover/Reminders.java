package org.steadfast.persistence.failover;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warnings of what holds on: each is said when it begins, and again now and then. Used by one thread. */
final class Reminders {
    private static final Logger log = LoggerFactory.getLogger(FailoverGuard.class);
    private static final long PERIOD_NANOS = Duration.ofSeconds(60).toNanos();

    private final LongSupplier nanoTime;
    /** When each was said last, by its text. */
    private final Map<String, Long> told = new HashMap<>();

    Reminders(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void tell(String message) {
        long now = nanoTime.getAsLong();
        told.values().removeIf(at -> now - at > PERIOD_NANOS);
        if (told.putIfAbsent(message, now) == null) {
            log.error("{}", message);
        }
    }
}
