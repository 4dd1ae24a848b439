package org.steadfast.foundation.query;

import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.steadfast.persistence.query.Operand;
import org.steadfast.persistence.query.RowField;
import org.steadfast.persistence.query.RowFilter;
import org.steadfast.persistence.query.RowSort;
import org.steadfast.persistence.query.Steps;
import org.steadfast.protocol.type.Value;

/**
 * Tells of rows in memory what a store tells of its own: whether they fulfil a filter, and which of two comes first. A test holds the
 * two to the same answers. Made for one query, whose work is bounded: texts of megabytes under a thousand filters would keep a thread
 * for hours. Used by one thread.
 */
public final class RowMatch {
    /** By code points; the natural order of Java's texts has some of them in another place. */
    private static final Comparator<String> BY_CODE_POINTS =
            (a, b) -> Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());

    /** Steps that one query takes: about as many comparisons of characters. */
    public static final long MOST_STEPS = 200_000_000;

    private final RowFilter filter;
    private final Steps steps;
    /** What the lists of {@code IN} hold, in small letters where case does not matter. */
    private final Map<RowFilter.In, Set<Operand>> sets = new IdentityHashMap<>();

    /** Makes ready for the rows of one query. */
    public RowMatch(RowFilter filter) {
        this(filter, MOST_STEPS);
    }

    RowMatch(RowFilter filter, long mostSteps) {
        this.filter = prepared(filter);
        this.steps = new Steps(mostSteps);
    }

    /** The same with operands as they are compared, so that this is done once and not for each row. */
    private RowFilter prepared(RowFilter part) {
        if (part instanceof RowFilter.All all) {
            return new RowFilter.All(all.filters().stream().map(this::prepared).toList());
        }
        if (part instanceof RowFilter.Any any) {
            return new RowFilter.Any(any.filters().stream().map(this::prepared).toList());
        }
        if (part instanceof RowFilter.Not not) {
            return new RowFilter.Not(prepared(not.filter()));
        }
        if (part instanceof RowFilter.Compare compare) {
            return new RowFilter.Compare(
                    compare.field(),
                    compare.comparison(),
                    cased(compare.operand(), compare.caseSensitive()),
                    compare.caseSensitive());
        }
        if (part instanceof RowFilter.Like like && !like.caseSensitive()) {
            return new RowFilter.Like(like.field(), like.pattern().lower(), false);
        }
        if (part instanceof RowFilter.In in) {
            sets.put(
                    in,
                    in.operands().stream()
                            .map(operand -> key(cased(operand, in.caseSensitive())))
                            .collect(Collectors.toSet()));
        }
        return part;
    }

    /** Numbers are equal whatever their scale. */
    private static Operand key(Operand operand) {
        return operand instanceof Operand.Decimal decimal
                ? new Operand.Decimal(decimal.number().stripTrailingZeros())
                : operand;
    }

    /**
     * Whether a row is wanted; false after {@link #hasGivenUp}.
     *
     * @param row the value of a field by its name, {@link Value#NOTHING} where there is none
     */
    public boolean fulfils(Function<String, Value> row) {
        return fulfils(filter, row) && !steps.areSpent();
    }

    /** Whether the rows were so much work that the rest was left undone. */
    public boolean hasGivenUp() {
        return steps.areSpent();
    }

    private boolean fulfils(RowFilter filter, Function<String, Value> row) {
        // One step for each filter, and as many as there are characters for what goes through a text.
        if (!steps.take(1)) {
            return false;
        }
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
                            .holds(order(taken(value, compare.caseSensitive()), taken(compare.operand(), true))))
                    .isPresent();
        }
        if (filter instanceof RowFilter.Like like) {
            return operand(like.field(), row)
                    .filter(value ->
                            like.pattern().matches(((Operand.Text) taken(value, like.caseSensitive())).text(), steps))
                    .isPresent();
        }
        if (filter instanceof RowFilter.In in) {
            return operand(in.field(), row)
                    .filter(value -> sets.get(in).contains(key(taken(value, in.caseSensitive()))))
                    .isPresent();
        }
        if (filter instanceof RowFilter.Between between) {
            return operand(between.field(), row)
                    .filter(value -> order(taken(value, true), taken(between.from(), true)) >= 0
                            && order(taken(value, true), taken(between.to(), true)) <= 0)
                    .isPresent();
        }
        if (filter instanceof RowFilter.Present present) {
            return isPresent(present.field(), row.apply(present.field().name()));
        }
        if (filter instanceof RowFilter.Tagged tagged) {
            return row.apply(tagged.field().name()) instanceof Value.Text tags
                    && steps.take(tags.text().length())
                    && Set.copyOf(Arrays.asList(tags.text().split(";", -1))).containsAll(tagged.tags());
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
            case PLACE, SECRET, OPAQUE -> Optional.empty();
        };
    }

    private static boolean isPresent(RowField field, Value value) {
        return switch (field.kind()) {
            case TEXT, TAGS -> value instanceof Value.Text;
            case NUMBER -> Numbers.of(value).isPresent();
            case TRUTH -> value instanceof Value.Bool;
            case PLACE -> value instanceof Value.Location;
            case SECRET, OPAQUE -> !value.isNothing();
        };
    }

    /** A value, taken in small letters where case does not matter; an empty text where no steps are left to look at it. */
    private Operand taken(Operand operand, boolean caseSensitive) {
        if (operand instanceof Operand.Text text && !steps.take(text.text().length())) {
            return new Operand.Text("");
        }
        return cased(operand, caseSensitive);
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
