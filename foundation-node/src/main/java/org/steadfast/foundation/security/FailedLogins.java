package org.steadfast.foundation.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;

/**
 * Tells the audit log of failed logins: of the first one at once, of more by the same user name from the same address at most once in
 * a minute, with their number, so that nobody fills the log. Numbers that nothing came after are told by nobody. Safe for use by
 * several threads.
 */
final class FailedLogins {
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final int MOST_COUNTED = 10_000;

    private final AuditLog audit;
    /** Written by failed logins; each count guards itself, Caffeine the rest. Kept for longer than the interval, for the number. */
    private final Cache<Attempt, Count> counts = Caffeine.newBuilder()
            .maximumSize(MOST_COUNTED)
            .expireAfterAccess(INTERVAL.multipliedBy(10))
            .build();

    private record Attempt(String user, String address) {}

    /** Failures since the last entry, and when that was, by {@link System#nanoTime}. */
    private static final class Count {
        private final AtomicLong toldAt = new AtomicLong(System.nanoTime() - INTERVAL.toNanos());
        private final AtomicLong untold = new AtomicLong();
    }

    FailedLogins(AuditLog audit) {
        this.audit = audit;
    }

    void record(Principal principal) {
        Count count = counts.get(new Attempt(principal.user(), principal.address()), attempt -> new Count());
        count.untold.incrementAndGet();
        long told = count.toldAt.get();
        long now = System.nanoTime();
        if (now - told >= INTERVAL.toNanos() && count.toldAt.compareAndSet(told, now)) {
            long failures = count.untold.getAndSet(0);
            audit.record(
                    principal,
                    "LoginFailed",
                    new EntityRef(EntityType.USER, principal.user()),
                    failures > 1 ? "by password, " + failures + " since the entry before" : "by password");
        }
    }
}
