package org.steadfast.foundation.schedule;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/**
 * Plans that were read. An expression takes some kilobytes once it is read, and many schedules have the same one. Safe for use by
 * several threads.
 */
public final class Plans {
    private static final int MOST_KEPT = 1_000;

    /** Filled by those who read; Caffeine guards it. */
    private final Cache<Calendar, CronPlan> kept =
            Caffeine.newBuilder().maximumSize(MOST_KEPT).build();

    private record Calendar(String expression, String zone) {}

    /** As {@link CronPlan#of}. */
    CronPlan cron(String expression, String zone) throws InvalidScheduleException {
        Calendar calendar = new Calendar(expression, zone);
        CronPlan plan = kept.getIfPresent(calendar);
        if (plan == null) {
            plan = CronPlan.of(expression, zone);
            kept.put(calendar, plan);
        }
        return plan;
    }
}
