package org.steadfast.foundation.logs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Which entries of logs are wanted. A text that is empty wants all.
 *
 * @param from epoch milliseconds, the first that count
 * @param to epoch milliseconds, the last that count
 * @param least the lowest level that counts
 * @param most the highest level that counts
 * @param above logger that those of the entries are below, or are
 * @param text that the content has somewhere, whatever the case of its letters; or a pattern that all of it matches
 * @param isPattern whether it is one, of {@link Pattern}
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

    /**
     * Which entries they are, whatever their order and number.
     *
     * @param deadline by {@link System#nanoTime()}: patterns can take for ever. The predicate throws {@link TooSlowException} after it
     */
    Predicate<LogEntry> filter(long deadline) {
        Predicate<String> content = content(deadline);
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

    private Predicate<String> content(long deadline) {
        if (text.isEmpty()) {
            return content -> true;
        }
        if (!isPattern) {
            String lower = text.toLowerCase(Locale.ROOT);
            return content -> content.toLowerCase(Locale.ROOT).contains(lower);
        }
        // Messages may have several lines.
        Pattern pattern = Pattern.compile(text, Pattern.DOTALL);
        return content -> pattern.matcher(new TimedText(content, deadline)).matches();
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
                LogLevel.valueOf(json.path("least").asText()),
                LogLevel.valueOf(json.path("most").asText()),
                json.path("above").asText(),
                json.path("text").asText(),
                json.path("pattern").asBoolean(),
                json.path("request").asText(),
                json.path("thread").asText(),
                json.path("origin").asText(),
                json.path("count").asInt(1),
                json.path("oldestFirst").asBoolean());
    }

    /** Looking took longer than it may. */
    static final class TooSlowException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooSlowException() {
            super("the pattern takes too long; make it simpler, or ask for less");
        }
    }

    /** A text that can be looked at until some time: a matcher looks at its letters one by one, and stops in no other way. */
    private record TimedText(CharSequence text, long deadline) implements CharSequence {
        @Override
        public char charAt(int index) {
            if (System.nanoTime() - deadline > 0) {
                throw new TooSlowException();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new TimedText(text.subSequence(start, end), deadline);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
