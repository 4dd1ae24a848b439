package org.steadfast.persistence.query;

import java.util.List;
import java.util.Objects;

/**
 * Which rows are wanted. There is no third truth value: a row without a value in a field does not fulfil any condition on that field,
 * and so fulfils its opposite. Immutable.
 */
public sealed interface RowFilter {
    /** Every row. */
    RowFilter EVERYTHING = new All(List.of());

    /** How far from the middle of the earth its surface is, in metres, where distances are told. */
    double EARTH_RADIUS = 6_371_008.8;

    /** How two values stand to each other. */
    enum Comparison {
        EQUAL("="),
        GREATER(">"),
        GREATER_OR_EQUAL(">="),
        LESS("<"),
        LESS_OR_EQUAL("<=");

        private final String sign;

        Comparison(String sign) {
            this.sign = sign;
        }

        /** As SQL writes it. */
        public String sign() {
            return sign;
        }

        /** @param order less than, equal to or greater than 0, as the value is less than, equal to or greater than the operand */
        public boolean holds(int order) {
            return switch (this) {
                case EQUAL -> order == 0;
                case GREATER -> order > 0;
                case GREATER_OR_EQUAL -> order >= 0;
                case LESS -> order < 0;
                case LESS_OR_EQUAL -> order <= 0;
            };
        }
    }

    /** All of several; every row where there are none. */
    record All(List<RowFilter> filters) implements RowFilter {
        public All {
            filters = List.copyOf(filters);
        }
    }

    /** At least one of several; every row where there are none, since nothing was asked. */
    record Any(List<RowFilter> filters) implements RowFilter {
        public Any {
            filters = List.copyOf(filters);
        }
    }

    /** The opposite. */
    record Not(RowFilter filter) implements RowFilter {
        public Not {
            Objects.requireNonNull(filter, "filter is null");
        }
    }

    /** @param caseSensitive of texts; otherwise both are taken in small letters */
    record Compare(RowField field, Comparison comparison, Operand operand, boolean caseSensitive)
            implements RowFilter {}

    /** Texts of a form. */
    record Like(RowField field, LikePattern pattern, boolean caseSensitive) implements RowFilter {}

    /** Equal to one of several; no row where there are none. */
    record In(RowField field, List<Operand> operands, boolean caseSensitive) implements RowFilter {
        public In {
            operands = List.copyOf(operands);
        }
    }

    /** From one value to another, both included. */
    record Between(RowField field, Operand from, Operand to) implements RowFilter {}

    /** Has a value at all. */
    record Present(RowField field) implements RowFilter {}

    /**
     * Within a distance on the surface of the earth, taken for a sphere.
     *
     * @param latitude in degrees
     * @param longitude in degrees
     */
    record Near(RowField field, double latitude, double longitude, double metres) implements RowFilter {}

    /** Has all of some tags, each as {@code Vocabulary:Term}. */
    record Tagged(RowField field, List<String> tags) implements RowFilter {
        public Tagged {
            tags = List.copyOf(tags);
        }
    }
}
