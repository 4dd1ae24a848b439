package org.steadfast.persistence.query;

import java.util.Arrays;
import java.util.Locale;

/**
 * The form of a text: {@code %} or {@code *} stands for any characters, {@code _} or {@code ?} for one, and a backslash takes the next
 * character for itself. Matching takes at most the length of the text times the length of the pattern, whatever the two are. Immutable.
 */
public final class LikePattern {
    private static final int MANY = -1;
    private static final int ONE = -2;

    /** Code points, and the two that stand for others. */
    private final int[] parts;

    private LikePattern(int[] parts) {
        this.parts = parts;
    }

    public static LikePattern of(String text) {
        int[] points = text.codePoints().toArray();
        int[] parts = new int[points.length];
        int count = 0;
        for (int i = 0; i < points.length; i++) {
            int point = points[i];
            // A backslash that nothing follows is itself.
            if (point == '\\' && i + 1 < points.length) {
                parts[count++] = points[++i];
            } else if (point == '%' || point == '*') {
                parts[count++] = MANY;
            } else if (point == '_' || point == '?') {
                parts[count++] = ONE;
            } else {
                parts[count++] = point;
            }
        }
        return new LikePattern(Arrays.copyOf(parts, count));
    }

    /** The same in small letters. */
    public LikePattern lower() {
        return of(text().toLowerCase(Locale.ROOT));
    }

    /** As SQL writes it, with a backslash for what is to be taken for itself. */
    public String sql() {
        return text();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int part : parts) {
            switch (part) {
                case MANY -> text.append('%');
                case ONE -> text.append('_');
                case '%', '_', '*', '?', '\\' -> text.append('\\').appendCodePoint(part);
                default -> text.appendCodePoint(part);
            }
        }
        return text.toString();
    }

    /** Whether a whole text has this form. */
    public boolean matches(String text) {
        return matches(text, new Steps(Long.MAX_VALUE));
    }

    /** Whether a whole text has this form; false where there are not enough steps to tell. */
    public boolean matches(String text, Steps steps) {
        if (!steps.take(text.length())) {
            return false;
        }
        int[] points = text.codePoints().toArray();
        int point = 0;
        int part = 0;
        // Only the last MANY needs to be tried again: what is before it was met as early as it can be.
        int lastMany = -1;
        int triedFrom = 0;
        while (point < points.length) {
            if (!steps.take(1)) {
                return false;
            }
            if (part < parts.length && parts[part] == MANY) {
                lastMany = part++;
                triedFrom = point;
            } else if (part < parts.length && (parts[part] == ONE || parts[part] == points[point])) {
                part++;
                point++;
            } else if (lastMany >= 0) {
                part = lastMany + 1;
                point = ++triedFrom;
            } else {
                return false;
            }
        }
        while (part < parts.length && parts[part] == MANY) {
            part++;
        }
        return part == parts.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LikePattern that && Arrays.equals(parts, that.parts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(parts);
    }

    @Override
    public String toString() {
        return text();
    }
}
