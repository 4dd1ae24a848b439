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
import java.util.regex.Pattern;

/**
 * Fires at times of the calendar, by an expression in Quartz's syntax: seconds, minutes, hours, day of month, month, day of week and, where
 * it is there, year.
 */
public final class CronPlan implements Plan {
    /** So many fire times back there is one that is found in both directions. */
    private static final int STEPS_BACK = 3;

    /** Place among the fields of an expression. */
    private static final int DAY_OF_MONTH = 3;

    /** Changes of clocks that are looked at: those of some decades. */
    private static final int MOST_CHANGES = 100;
    /** The weekday nearest to a day that not every month has. */
    private static final Pattern WEEKDAY_OF_LATE_DAY = Pattern.compile("(?:^|,)(29|30|31)W", Pattern.CASE_INSENSITIVE);

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
        this.isOfAllHours = hours instanceof Always
                || hours instanceof Every every && every.getPeriod().getValue() == 1;
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
        requireKnownWeekday(expression);
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

    /** The library fails when it comes to a month that has no such day, and not before. */
    private static void requireKnownWeekday(String expression) throws InvalidScheduleException {
        String[] fields = expression.strip().split("\\s+", -1);
        if (fields.length > DAY_OF_MONTH
                && WEEKDAY_OF_LATE_DAY.matcher(fields[DAY_OF_MONTH]).find()) {
            throw new InvalidScheduleException(
                    "schedule",
                    "[" + expression
                            + "] names the weekday nearest to a day that not every month has; up to 28W is known,"
                            + " and LW, the last weekday of the month");
        }
    }

    @Override
    public OptionalLong next(long last) {
        OptionalLong regular = millis(times.nextExecution(at(last)));
        return isOfAllHours ? regular : endOfGap(last, regular);
    }

    /** The library passes over times of day that a change of clocks leaves out; what fires once a day must not be left out with them. */
    private OptionalLong endOfGap(long last, OptionalLong regular) {
        ZoneRules rules = zone.getRules();
        ZoneOffsetTransition change = rules.nextTransition(Instant.ofEpochMilli(last));
        for (int i = 0; i < MOST_CHANGES && change != null; i++) {
            long end = change.toEpochSecond() * 1000;
            if (regular.isPresent() && end >= regular.getAsLong()) {
                break;
            }
            if (change.isGap() && isLeftOutBy(change)) {
                return OptionalLong.of(end);
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

    @Override
    public int count(long last, long before, int most) {
        int count = 0;
        OptionalLong next = next(last);
        while (next.isPresent() && next.getAsLong() < before && count < most) {
            count++;
            next = next(next.getAsLong());
        }
        return count;
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
