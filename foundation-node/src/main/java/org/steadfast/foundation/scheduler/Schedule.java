package org.steadfast.foundation.scheduler;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.steadfast.foundation.schedule.ScheduleKind;
import org.steadfast.foundation.schedule.ScheduleTerms;

/**
 * A timer or scheduler that fires, as the singleton has it.
 *
 * @param thingId of the thing
 * @param name of the thing
 * @param lastFire the last fire time that is settled, epoch milliseconds
 * @param underWay fires that were told of and not done with yet: added to by the singleton's thread, taken off by whoever ends one
 */
record Schedule(
        long thingId, String name, ScheduleKind kind, ScheduleTerms terms, long lastFire, AtomicInteger underWay) {
    Schedule(long thingId, String name, ScheduleKind kind, ScheduleTerms terms, long lastFire) {
        this(thingId, name, kind, terms, lastFire, new AtomicInteger());
    }

    /** The next fire time; empty where there is none. */
    OptionalLong next() {
        return terms.plan().next(lastFire);
    }

    Schedule at(long settled) {
        return new Schedule(thingId, name, kind, terms, settled, underWay);
    }
}
