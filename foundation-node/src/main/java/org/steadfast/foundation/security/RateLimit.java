package org.steadfast.foundation.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds how often each of many may do something: a token bucket for each, of which a bounded number is kept, those that were used
 * lately. Safe for use by several threads.
 */
final class RateLimit {
    private static final Logger log = LoggerFactory.getLogger(RateLimit.class);
    private static final int MOST_KEPT = 50_000;
    private static final Duration TOLD_EVERY = Duration.ofMinutes(1);

    private final Terms terms;
    private final TimeMeter clock;
    private final Counter refusals;
    /** Made by those who do something, forgotten when they have long been full; each guards itself, Caffeine the rest. */
    private final Cache<String, Usage> usages;

    /**
     * What is allowed.
     *
     * @param setting the name of the one that says so
     * @param of what is counted and whose it is, such as {@code requests of user}
     * @param rate how often within the period; 0 is no limit
     * @param period at most a minute
     * @param burst how often at once
     */
    record Terms(String setting, String of, int rate, Duration period, int burst) {}

    private static final class Usage {
        private final Bucket bucket;
        /** When the log was told last, by the clock. */
        private final AtomicLong toldAt;
        /** Refusals since. */
        private final AtomicLong untold = new AtomicLong();

        private Usage(Bucket bucket, long toldAt) {
            this.bucket = bucket;
            this.toldAt = new AtomicLong(toldAt);
        }
    }

    /** @param metric the value of the label {@code limit} under which refusals are counted */
    RateLimit(Terms terms, String metric, TimeMeter clock, MeterRegistry registry) {
        this.terms = terms;
        this.clock = clock;
        this.refusals = Counter.builder("steadfast.rest.limited")
                .description("REST requests refused with 429")
                .tag("limit", metric)
                .register(registry);
        Duration untilFull = terms.rate() == 0
                ? Duration.ZERO
                : terms.period().multipliedBy(terms.burst()).dividedBy(terms.rate());
        this.usages = Caffeine.newBuilder()
                .maximumSize(MOST_KEPT)
                .expireAfterAccess(untilFull.compareTo(TOLD_EVERY) > 0 ? untilFull : TOLD_EVERY)
                .build();
    }

    /**
     * Counts one more.
     *
     * @throws RateLimitException if it is too much; then it does not count
     */
    void take(String who) throws RateLimitException {
        if (terms.rate() == 0) {
            return;
        }
        Usage usage = usage(who);
        if (!usage.bucket.tryConsume(1)) {
            throw refusal(who, usage);
        }
    }

    /** Counts what has happened already, as far as there is room. */
    void count(String who) {
        if (terms.rate() != 0) {
            boolean unused = usage(who).bucket.tryConsume(1);
        }
    }

    /** Whether there is room for one more, which is not counted. Makes no bucket for those who have none. */
    boolean hasRoom(String who) {
        Usage usage = terms.rate() == 0 ? null : usages.getIfPresent(who);
        return usage == null || usage.bucket.getAvailableTokens() > 0;
    }

    /** What is said, and told to the log, where there is no room. */
    RateLimitException refusal(String who) {
        return refusal(who, usage(who));
    }

    private Usage usage(String who) {
        return usages.get(who, unknown -> new Usage(bucket(), clock.currentTimeNanos() - TOLD_EVERY.toNanos()));
    }

    private Bucket bucket() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(terms.burst()).refillGreedy(terms.rate(), terms.period()))
                .withCustomTimePrecision(clock)
                .build();
    }

    private RateLimitException refusal(String who, Usage usage) {
        refusals.increment();
        tell(who, usage);
        long nanos = usage.bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill();
        int seconds = (int) Math.max(1, TimeUnit.NANOSECONDS.toSeconds(nanos + TimeUnit.SECONDS.toNanos(1) - 1));
        return new RateLimitException(
                "too many " + terms.of() + " " + who + " on this node: "
                        + RateLimitSettings.PATH + "." + terms.setting() + " is " + terms.rate() + "; try again in "
                        + seconds + " s",
                seconds);
    }

    private void tell(String who, Usage usage) {
        usage.untold.incrementAndGet();
        long told = usage.toldAt.get();
        long now = clock.currentTimeNanos();
        if (now - told >= TOLD_EVERY.toNanos() && usage.toldAt.compareAndSet(told, now)) {
            log.warn(
                    "RATE_LIMITED: too many {} {}, more than {}.{}, {}, allows: {} refused since this was said last; it is said once in a minute",
                    terms.of(),
                    who,
                    RateLimitSettings.PATH,
                    terms.setting(),
                    terms.rate(),
                    usage.untold.getAndSet(0));
        }
    }
}
