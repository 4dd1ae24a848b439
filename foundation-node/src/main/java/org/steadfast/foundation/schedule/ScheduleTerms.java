package org.steadfast.foundation.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * The settings of a timer or scheduler. Immutable.
 *
 * @param mostMissed how many missed fire times are fired late where each one is
 */
public record ScheduleTerms(boolean enabled, Plan plan, MisfirePolicy misfire, int mostMissed, OverlapPolicy overlap) {
    /** Most fire times that may be fired late. */
    public static final int MOST_MISSED = 1_000;

    private static final long LONGEST = 366L * 24 * 60 * 60 * 1000;
    private static final int MISSED_BY_DEFAULT = 100;
    private static final int EVERY_BY_DEFAULT = 60_000;

    public ScheduleTerms {
        Objects.requireNonNull(plan, "plan is null");
        Objects.requireNonNull(misfire, "misfire is null");
        Objects.requireNonNull(overlap, "overlap is null");
    }

    /**
     * Reads them.
     *
     * @param plans where plans are kept that others have read
     * @param row of the configuration table; what is not there is as it is by default
     */
    public static ScheduleTerms read(ScheduleKind kind, JsonNode row, Plans plans) throws InvalidScheduleException {
        Plan plan = kind == ScheduleKind.TIMER
                ? new EveryPlan(number(row, "updateRate", EVERY_BY_DEFAULT, EveryPlan.LEAST, LONGEST))
                : plans.cron(text(row, "schedule", "0 0/1 * * * ?"), text(row, "timeZone", "UTC"));
        return new ScheduleTerms(
                flag(row, "enabled", true),
                plan,
                choice(row, "misfirePolicy", MisfirePolicy.values(), MisfirePolicy::title),
                (int) number(row, "mostMissedFires", MISSED_BY_DEFAULT, 1, MOST_MISSED),
                choice(row, "overlapPolicy", OverlapPolicy.values(), OverlapPolicy::title));
    }

    private static String text(JsonNode row, String field, String otherwise) {
        String text = row.path(field).asText("");
        return text.isBlank() || row.path(field).isNull() ? otherwise : text;
    }

    private static boolean flag(JsonNode row, String field, boolean otherwise) throws InvalidScheduleException {
        return switch (text(row, field, Boolean.toString(otherwise))) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidScheduleException(field, "must be true or false");
        };
    }

    private static long number(JsonNode row, String field, long otherwise, long least, long most)
            throws InvalidScheduleException {
        String text = text(row, field, Long.toString(otherwise));
        double number;
        try {
            number = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new InvalidScheduleException(field, "[" + text + "] is no number", e);
        }
        if (!(number >= least && number <= most) || number != Math.rint(number)) {
            throw new InvalidScheduleException(
                    field, "must be a whole number from " + least + " to " + most + ", and is " + text);
        }
        return (long) number;
    }

    /** The first one where none is said. */
    private static <T> T choice(JsonNode row, String field, T[] all, Function<T, String> title)
            throws InvalidScheduleException {
        String text = text(row, field, title.apply(all[0]));
        for (T one : all) {
            if (title.apply(one).equals(text)) {
                return one;
            }
        }
        List<String> titles = Arrays.stream(all).map(title).toList();
        throw new InvalidScheduleException(
                field, "must be one of " + String.join(", ", titles) + ", and is [" + text + "]");
    }
}
