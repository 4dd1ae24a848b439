package org.steadfast.foundation.logs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Which entries of logs are wanted. A text that is empty wants all.
 *
 * @param from epoch milliseconds, the first that count
 * @param to epoch milliseconds, the last that count
 * @param least the lowest level that counts
 * @param most the highest level that counts
 * @param above logger that those of the entries are below, or are
 * @param text that the content has somewhere, whatever the case of its letters; or a pattern that all of it matches
 * @param isPattern whether it is one, of {@link #pattern}
 * @param count of entries at most, from 1
 * @param isOldestFirst whether the oldest ones are wanted; else the newest, the newest first
 */
public record LogQuery(
        long from,
        long to,
        LogLevel least,
        LogLevel most,
        String above,
        String text,
        boolean isPattern,
        String request,
        String thread,
        String origin,
        int count,
        boolean isOldestFirst) {
    /** Each is made of as many states as it repeats something, and so are repetitions of repetitions. */
    private static final long MOST_REPETITIONS = 1_000;

    private static final Pattern COUNT = Pattern.compile("\\{(\\d*),?(\\d*)}");

    public LogQuery {
        Objects.requireNonNull(least, "least is null");
        Objects.requireNonNull(most, "most is null");
        Objects.requireNonNull(above, "above is null");
        Objects.requireNonNull(text, "text is null");
        Objects.requireNonNull(request, "request is null");
        Objects.requireNonNull(thread, "thread is null");
        Objects.requireNonNull(origin, "origin is null");
        if (count < 1) {
            throw new IllegalArgumentException("count " + count + " is less than 1");
        }
    }

    /** Which entries they are, whatever their order and number. */
    Predicate<LogEntry> filter() {
        Predicate<String> content = content();
        return entry -> entry.time() >= from
                && entry.time() <= to
                && entry.level().compareTo(least) >= 0
                && entry.level().compareTo(most) <= 0
                && isBelow(entry.origin())
                && isWanted(request, entry.request())
                && isWanted(thread, entry.thread())
                && isWanted(origin, entry.origin())
                && content.test(entry.content());
    }

    private boolean isBelow(String logger) {
        return above.isEmpty() || logger.equals(above) || logger.startsWith(above + ".");
    }

    private static boolean isWanted(String wanted, String there) {
        return wanted.isEmpty() || wanted.equals(there);
    }

    private Predicate<String> content() {
        if (text.isEmpty()) {
            return content -> true;
        }
        if (!isPattern) {
            String lower = text.toLowerCase(Locale.ROOT);
            return content -> content.toLowerCase(Locale.ROOT).contains(lower);
        }
        Pattern pattern = pattern(text);
        return content -> pattern.matcher(content).matches();
    }

    /**
     * What a pattern means. It is one of RE2, whose time is bounded by the lengths of pattern and text; it has no references back and looks neither
     * ahead nor behind.
     *
     * @throws PatternSyntaxException if it is none, or repeats something too often
     */
    public static Pattern pattern(String text) {
        Matcher counts = COUNT.matcher(text);
        long product = 1;
        while (counts.find()) {
            product *= Math.max(1, Math.max(count(counts.group(1)), count(counts.group(2))));
            if (product > MOST_REPETITIONS) {
                throw new PatternSyntaxException(
                        "its counts of repetitions have a product of more than " + MOST_REPETITIONS, text);
            }
        }
        // Messages may have several lines.
        return Pattern.compile(text, Pattern.DOTALL);
    }

    private static long count(String digits) {
        if (digits == null || digits.isEmpty()) {
            return 1;
        }
        return digits.length() > 4 ? MOST_REPETITIONS + 1 : Long.parseLong(digits);
    }

    String toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("from", from)
                .put("to", to)
                .put("least", least.name())
                .put("most", most.name())
                .put("above", above)
                .put("text", text)
                .put("pattern", isPattern)
                .put("request", request)
                .put("thread", thread)
                .put("origin", origin)
                .put("count", count)
                .put("oldestFirst", isOldestFirst)
                .toString();
    }

    static LogQuery of(JsonNode json) {
        return new LogQuery(
                json.path("from").asLong(),
                json.path("to").asLong(),
                LogLevel.of(json.path("least").asText()).orElse(LogLevel.TRACE),
                LogLevel.of(json.path("most").asText()).orElse(LogLevel.OFF),
                json.path("above").asText(),
                json.path("text").asText(),
                json.path("pattern").asBoolean(),
                json.path("request").asText(),
                json.path("thread").asText(),
                json.path("origin").asText(),
                json.path("count").asInt(1),
                json.path("oldestFirst").asBoolean());
    }
}
