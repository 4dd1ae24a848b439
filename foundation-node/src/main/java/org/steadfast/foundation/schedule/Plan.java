package org.steadfast.foundation.schedule;

import java.util.OptionalLong;

/** When a schedule fires. All times are epoch milliseconds. Immutable. */
public sealed interface Plan permits EveryPlan, CronPlan {
    /** The fire time that follows another one, or the beginning; empty where none does. */
    OptionalLong next(long last);

    /** The last fire time after {@code last} that is not later than {@code now}; empty where there is none. */
    OptionalLong latest(long last, long now);

    /** How many fire times there are after {@code last} and before {@code before}; no more are counted than {@code most}. */
    int count(long last, long before, int most);

    /** The plan in one line: two that fire alike may differ in it, two that do not fire alike always do. */
    String text();
}
