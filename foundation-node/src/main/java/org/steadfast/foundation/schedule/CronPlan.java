package org.steadfast.foundation.schedule;

import com.cronutils.descriptor.CronDescriptor;
import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.field.CronFieldName;
import com.cronutils.model.field.expression.Always;
import com.cronutils.model.field.expression.Every;
import com.cronutils.model.field.expression.FieldExpression;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Fires at times of the calendar, by an expression in Quartz's syntax: seconds, minutes, hours, day of month, month, day of week and, where
 * it is there, year.
 */
public final class CronPlan implements Plan {
    /** So many fire times back there is one that is found in both directions. */
    private static final int STEPS_BACK = 3;

    private final String expression;
    private final ZoneId zone;
    private final Cron cron;
    private final ExecutionTime times;
    /** Whether it fires at hours that follow each other by a rule, and not at times of day. */
    private final boolean isOfAllHours;

    private CronPlan(String expression, ZoneId zone, Cron cron) {
        this.expression = expression;
        this.zone = zone;
        this.cron = cron;
        this.times = ExecutionTime.forCron(cron);
        FieldExpression hours = cron.retrieve(CronFieldName.HOUR).getExpression();
        this.isOfAllHours = hours instanceof Always || hours instanceof Every;
    }

    /**
     * Reads an expression.
     *
     * @param zone of the calendar: a name such as {@code Europe/Berlin}, or an offset such as {@code +02:00}
     * @throws InvalidScheduleException where one of them is none
     */
    public static CronPlan of(String expression, String zone) throws InvalidScheduleException {
        ZoneId id;
        try {
            id = ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw new InvalidScheduleException(
                    "timeZone", "[" + zone + "] is no time zone; one is Europe/Berlin, UTC or +02:00", e);
        }
        try {
            // Not kept: it is made once for a schedule, and not known to be safe for use by several threads.
            CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.QUARTZ));
            return new CronPlan(expression.strip(), id, parser.parse(expression).validate());
        } catch (IllegalArgumentException e) {
            throw new InvalidScheduleException(
                    "schedule",
                    "[" + expression + "] is no schedule: " + e.getMessage()
                            + "; one has seconds, minutes, hours, day of month, month, day of week, such as 0 0/5 * * * ?",
                    e);
        }
    }

    @Override
    public OptionalLong next(long last) {
        OptionalLong regular = millis(times.nextExecution(at(last)));
        return regular.isEmpty() || isOfAllHours ? regular : OptionalLong.of(endOfGap(last, regular.getAsLong()));
    }

    /** The library passes over times of day that a change of clocks leaves out; what fires once a day must not be left out with them. */
    private long endOfGap(long last, long regular) {
        ZoneRules rules = zone.getRules();
        ZoneOffsetTransition change = rules.nextTransition(Instant.ofEpochMilli(last));
        while (change != null && change.toEpochSecond() * 1000 < regular) {
            if (change.isGap() && isLeftOutBy(change)) {
                return change.toEpochSecond() * 1000;
            }
            change = rules.nextTransition(change.getInstant());
        }
        return regular;
    }

    private boolean isLeftOutBy(ZoneOffsetTransition gap) {
        // By the clock on the wall alone, as if nothing was left out.
        return times.nextExecution(gap.getDateTimeBefore().minusNanos(1).atZone(ZoneOffset.UTC))
                .map(time -> time.toLocalDateTime().isBefore(gap.getDateTimeAfter()))
                .orElse(false);
    }

    /** Looking back the library finds times that looking forward it does not; so some of them are gone through forward again. */
    @Override
    public OptionalLong latest(long last, long now) {
        long from = last;
        OptionalLong back = OptionalLong.of(now + 1_000);
        for (int i = 0; i < STEPS_BACK && back.isPresent(); i++) {
            back = millis(times.lastExecution(at(back.getAsLong())));
        }
        if (back.isPresent()) {
            from = Math.max(last, back.getAsLong() - 1);
        }
        OptionalLong latest = OptionalLong.empty();
        OptionalLong next = next(from);
        while (next.isPresent() && next.getAsLong() <= now) {
            latest = next;
            next = next(next.getAsLong());
        }
        return latest;
    }

    /** Fire times are whole seconds, and the library takes along what is less. */
    private ZonedDateTime at(long millis) {
        return Instant.ofEpochSecond(Math.floorDiv(millis, 1_000L)).atZone(zone);
    }

    private static OptionalLong millis(Optional<ZonedDateTime> time) {
        return time.isPresent() ? OptionalLong.of(time.get().toInstant().toEpochMilli()) : OptionalLong.empty();
    }

    /** The expression in words. */
    public String description() {
        return CronDescriptor.instance(Locale.ENGLISH).describe(cron);
    }

    @Override
    public String text() {
        return "cron " + expression + " in " + zone;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CronPlan plan && plan.text().equals(text());
    }

    @Override
    public int hashCode() {
        return Objects.hash(expression, zone);
    }

    @Override
    public String toString() {
        return text();
    }
}
