package org.steadfast.foundation.query;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.steadfast.persistence.query.LikePattern;
import org.steadfast.persistence.query.Operand;
import org.steadfast.persistence.query.RowField;
import org.steadfast.persistence.query.RowFilter;
import org.steadfast.persistence.query.RowSort;
import org.steadfast.protocol.type.Value;

/**
 * Tells of rows in memory what a store tells of its own: whether they fulfil a filter, and which of two comes first. A test holds the
 * two to the same answers. Stateless.
 */
public final class RowMatch {
    /** By code points; the natural order of Java's texts has some of them in another place. */
    private static final Comparator<String> BY_CODE_POINTS =
            (a, b) -> Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());

    private RowMatch() {}

    /** @param row the value of a field by its name, {@link Value#NOTHING} where there is none */
    public static boolean fulfils(RowFilter filter, Function<String, Value> row) {
        if (filter instanceof RowFilter.All all) {
            return all.filters().stream().allMatch(part -> fulfils(part, row));
        }
        if (filter instanceof RowFilter.Any any) {
            return any.filters().isEmpty() || any.filters().stream().anyMatch(part -> fulfils(part, row));
        }
        if (filter instanceof RowFilter.Not not) {
            return !fulfils(not.filter(), row);
        }
        if (filter instanceof RowFilter.Compare compare) {
            return operand(compare.field(), row)
                    .filter(value -> compare.comparison()
                            .holds(order(
                                    cased(value, compare.caseSensitive()),
                                    cased(compare.operand(), compare.caseSensitive()))))
                    .isPresent();
        }
        if (filter instanceof RowFilter.Like like) {
            LikePattern pattern =
                    like.caseSensitive() ? like.pattern() : like.pattern().lower();
            return operand(like.field(), row)
                    .filter(value -> pattern.matches(((Operand.Text) cased(value, like.caseSensitive())).text()))
                    .isPresent();
        }
        if (filter instanceof RowFilter.In in) {
            return operand(in.field(), row)
                    .filter(value -> in.operands().stream()
                            .anyMatch(other ->
                                    order(cased(value, in.caseSensitive()), cased(other, in.caseSensitive())) == 0))
                    .isPresent();
        }
        if (filter instanceof RowFilter.Between between) {
            return operand(between.field(), row)
                    .filter(value -> order(value, between.from()) >= 0 && order(value, between.to()) <= 0)
                    .isPresent();
        }
        if (filter instanceof RowFilter.Present present) {
            return isPresent(present.field(), row.apply(present.field().name()));
        }
        if (filter instanceof RowFilter.Tagged tagged) {
            return row.apply(tagged.field().name()) instanceof Value.Text tags
                    && List.of(tags.text().split(";", -1)).containsAll(tagged.tags());
        }
        RowFilter.Near near = (RowFilter.Near) filter;
        return row.apply(near.field().name()) instanceof Value.Location place && isNear(near, place);
    }

    /** Compares rows as their sorts say; rows without a value stand last, in either direction. */
    public static Comparator<Function<String, Value>> order(List<RowSort> sorts) {
        return (a, b) -> {
            for (RowSort sort : sorts) {
                Optional<Operand> left = operand(sort.field(), a);
                Optional<Operand> right = operand(sort.field(), b);
                if (left.isEmpty() || right.isEmpty()) {
                    if (left.isEmpty() != right.isEmpty()) {
                        return left.isEmpty() ? 1 : -1;
                    }
                    continue;
                }
                int order = order(left.get(), right.get());
                if (order != 0) {
                    return sort.ascending() ? order : -order;
                }
            }
            return 0;
        };
    }

    /** A field's value as something to compare; empty where there is none, or one of another kind. */
    private static Optional<Operand> operand(RowField field, Function<String, Value> row) {
        Value value = row.apply(field.name());
        return switch (field.kind()) {
            case TEXT, TAGS ->
                value instanceof Value.Text text ? Optional.of(new Operand.Text(text.text())) : Optional.empty();
            case NUMBER -> Numbers.of(value).map(Operand.Decimal::new);
            case TRUTH ->
                value instanceof Value.Bool bool ? Optional.of(new Operand.Truth(bool.truth())) : Optional.empty();
            case PLACE, OPAQUE -> Optional.empty();
        };
    }

    private static boolean isPresent(RowField field, Value value) {
        return switch (field.kind()) {
            case TEXT, TAGS -> value instanceof Value.Text;
            case NUMBER -> Numbers.of(value).isPresent();
            case TRUTH -> value instanceof Value.Bool;
            case PLACE -> value instanceof Value.Location;
            case OPAQUE -> !value.isNothing();
        };
    }

    private static Operand cased(Operand operand, boolean caseSensitive) {
        return operand instanceof Operand.Text text && !caseSensitive
                ? new Operand.Text(text.text().toLowerCase(Locale.ROOT))
                : operand;
    }

    private static int order(Operand a, Operand b) {
        if (a instanceof Operand.Text left && b instanceof Operand.Text right) {
            return BY_CODE_POINTS.compare(left.text(), right.text());
        }
        if (a instanceof Operand.Decimal left && b instanceof Operand.Decimal right) {
            return left.number().compareTo(right.number());
        }
        return Boolean.compare(((Operand.Truth) a).truth(), ((Operand.Truth) b).truth());
    }

    /** The haversine formula, step by step as the database takes it. */
    private static boolean isNear(RowFilter.Near near, Value.Location place) {
        double latitude = Math.sin(Math.toRadians(place.latitude() - near.latitude()) / 2);
        double longitude = Math.sin(Math.toRadians(place.longitude() - near.longitude()) / 2);
        double half = latitude * latitude
                + Math.cos(Math.toRadians(near.latitude()))
                        * Math.cos(Math.toRadians(place.latitude()))
                        * longitude
                        * longitude;
        return 2 * RowFilter.EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(half))) <= near.metres();
    }
}
