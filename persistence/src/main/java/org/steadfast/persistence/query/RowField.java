package org.steadfast.persistence.query;

import java.util.Objects;
import org.steadfast.protocol.type.BaseType;

/**
 * A field of rows that filters and orders name.
 *
 * @param kind how its values are compared
 * @param inContent whether it belongs to what a row holds; false for what each row has besides, such as its time
 */
public record RowField(String name, Kind kind, boolean inContent) {

    /** How values are compared. */
    public enum Kind {
        /** By code points. */
        TEXT,
        /** By value; points in time and lengths of time are numbers of milliseconds. */
        NUMBER,
        /** False is less than true. */
        TRUTH,
        /** By distance alone. */
        PLACE,
        /** Tags can be looked for; as a text they are compared as {@code Vocabulary:Term;Vocabulary:Term}. */
        TAGS,
        /** Passwords: kept as texts, and not compared, since comparing would tell them bit by bit. */
        SECRET,
        /** Not at all: such a value is there, or it is not. */
        OPAQUE;

        /** How values of a base type are compared. */
        public static Kind of(BaseType type) {
            if (type == BaseType.TAGS) {
                return TAGS;
            }
            if (type == BaseType.PASSWORD) {
                return SECRET;
            }
            return switch (type.form()) {
                case TEXT -> TEXT;
                case NUMBER, INTEGER, LONG, DATETIME, TIMESPAN -> NUMBER;
                case BOOLEAN -> TRUTH;
                case LOCATION -> PLACE;
                default -> OPAQUE;
            };
        }

        /** Whether values have an order. */
        public boolean isOrdered() {
            return this == TEXT || this == NUMBER || this == TRUTH || this == TAGS;
        }
    }

    public RowField {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(kind, "kind is null");
    }

    /** A field of what rows hold. */
    public static RowField ofContent(String name, BaseType type) {
        return new RowField(name, Kind.of(type), true);
    }

    /** A field that each row has besides what it holds. */
    public static RowField ofRow(String name, BaseType type) {
        return new RowField(name, Kind.of(type), false);
    }
}
