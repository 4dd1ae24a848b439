package org.steadfast.foundation.script;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.List;
import java.util.Locale;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.LambdaFunction;
import org.mozilla.javascript.ScriptRuntime;
import org.mozilla.javascript.Scriptable;
import org.mozilla.javascript.ScriptableObject;
import org.mozilla.javascript.SerializableCallable;
import org.mozilla.javascript.Undefined;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.Value;

/** Global functions for dates, in UTC. Stateless. */
final class DateFunctions {
    private static final int LONGEST_PATTERN = 100;
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT);
    private static final List<ChronoUnit> UNITS = List.of(
            ChronoUnit.MILLIS,
            ChronoUnit.SECONDS,
            ChronoUnit.MINUTES,
            ChronoUnit.HOURS,
            ChronoUnit.DAYS,
            ChronoUnit.WEEKS,
            ChronoUnit.MONTHS,
            ChronoUnit.YEARS);

    private DateFunctions() {}

    static void define(ScriptableObject scope) {
        for (ChronoUnit unit : UNITS) {
            String name = unit == ChronoUnit.MILLIS ? "Milliseconds" : unit.toString();
            define(scope, "add" + name, 2, (context, at, self, arguments) -> add(context, at, unit, arguments));
        }
        define(scope, "dateFormatISO", 1, (context, at, self, arguments) -> iso(millis(arguments, 0)));
        define(
                scope,
                "dateFormat",
                2,
                (context, at, self, arguments) ->
                        guarded(() -> formatter(arguments).format(time(millis(arguments, 0)))));
        define(scope, "parseDate", 2, (context, at, self, arguments) -> date(context, at, parse(arguments)));
        define(scope, "millisToDate", 1, (context, at, self, arguments) -> date(context, at, millis(arguments, 0)));
        define(scope, "dateDifference", 2, (context, at, self, arguments) ->
                (double) (millis(arguments, 0) - millis(arguments, 1)));
    }

    private static void define(ScriptableObject scope, String name, int arity, SerializableCallable function) {
        scope.defineProperty(name, new LambdaFunction(scope, name, arity, function), ScriptableObject.DONTENUM);
    }

    /** As {@code Date.toISOString} gives it. */
    static String iso(long epochMillis) {
        return ISO.format(time(epochMillis));
    }

    private static Scriptable date(Context context, Scriptable scope, long epochMillis) {
        return context.newObject(scope, "Date", new Object[] {(double) epochMillis});
    }

    private static Object add(Context context, Scriptable scope, ChronoUnit unit, Object[] arguments) {
        double amount = ScriptRuntime.toNumber(arguments, 1);
        if (!(Math.abs(amount) <= 1e15)) {
            throw ScriptRuntime.rangeError("the amount must be a number");
        }
        return guarded(() -> date(
                context,
                scope,
                time(millis(arguments, 0)).plus((long) amount, unit).toInstant().toEpochMilli()));
    }

    private static long parse(Object[] arguments) {
        String text = ScriptRuntime.toString(arguments, 0);
        if (arguments.length < 2 || Undefined.isUndefined(arguments[1])) {
            try {
                Value value =
                        ValueJson.read(com.fasterxml.jackson.databind.node.TextNode.valueOf(text), BaseType.DATETIME);
                return value instanceof Value.Datetime time ? time.epochMillis() : 0;
            } catch (InvalidValueException e) {
                throw ScriptRuntime.rangeError(e.getMessage());
            }
        }
        return guarded(() -> {
            TemporalAccessor parsed = formatter(arguments).parse(text);
            if (parsed.query(TemporalQueries.offset()) != null) {
                return Instant.from(parsed).toEpochMilli();
            }
            LocalDate day = LocalDate.from(parsed);
            return (parsed.query(TemporalQueries.localTime()) == null ? day.atStartOfDay() : LocalDateTime.from(parsed))
                    .toInstant(ZoneOffset.UTC)
                    .toEpochMilli();
        });
    }

    private static DateTimeFormatter formatter(Object[] arguments) {
        String pattern = ScriptRuntime.toString(arguments, 1);
        if (pattern.length() > LONGEST_PATTERN) {
            throw ScriptRuntime.rangeError("the pattern of a date is longer than " + LONGEST_PATTERN + " characters");
        }
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
    }

    private static long millis(Object[] arguments, int index) {
        double millis = ScriptRuntime.toNumber(arguments, index);
        if (!(Math.abs(millis) <= 8.64e15)) {
            throw ScriptRuntime.rangeError("a date is expected");
        }
        return (long) millis;
    }

    private static ZonedDateTime time(long epochMillis) {
        return Instant.ofEpochMilli(epochMillis).atZone(ZoneOffset.UTC);
    }

    /** Work with dates that may fail, with errors of the language in place of Java's. */
    @FunctionalInterface
    private interface Work<T> {
        T get();
    }

    private static <T> T guarded(Work<T> work) {
        try {
            return work.get();
        } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
            throw ScriptRuntime.rangeError(String.valueOf(e.getMessage()));
        }
    }
}
