package org.steadfast.foundation.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.steadfast.persistence.query.LikePattern;
import org.steadfast.persistence.query.Operand;
import org.steadfast.persistence.query.RowField;
import org.steadfast.persistence.query.RowFilter;
import org.steadfast.persistence.query.RowFilter.Comparison;
import org.steadfast.persistence.query.RowSort;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.Value;

/**
 * Reads the JSON of a query: {@code {"filters": {..}, "sorts": [..]}}. What it compares with is read as the base type of the field, in
 * every form that values of that type come in. Used once.
 */
public final class QueryReader {
    private static final int DEEPEST = 32;
    private static final int MOST_CONDITIONS = 1_000;
    private static final int MOST_VALUES = 10_000;
    private static final int MOST_SORTS = 32;
    private static final int LONGEST_PATTERN = 1_000;
    private static final double METRES_PER_MILE = 1_609.344;
    private static final double METRES_PER_NAUTICAL_MILE = 1_852;
    private static final String TYPES = "AND, OR, NOT, EQ, NE, GT, GE, LT, LE, LIKE, NOTLIKE, IN, NOTIN, BETWEEN,"
            + " NOTBETWEEN, MISSINGVALUE, NOTMISSINGVALUE, NEAR, NOTNEAR, TAGGED, NOTTAGGED";

    private final RowShape shape;
    private int conditions;

    private QueryReader(RowShape shape) {
        this.shape = shape;
    }

    /**
     * Reads a query.
     *
     * @param sent an object; nothing, null and an empty one ask for every row
     * @param shape the fields that there are
     */
    public static Query read(JsonNode sent, RowShape shape) throws QueryException {
        if (sent.isMissingNode() || sent.isNull()) {
            return Query.NONE;
        }
        if (!sent.isObject()) {
            throw new QueryException("a query is an object with the keys filters and sorts");
        }
        QueryReader reader = new QueryReader(shape);
        // Some clients send the filter alone.
        JsonNode filters = sent.has("type") && !sent.has("filters") ? sent : sent.path("filters");
        return new Query(reader.group(filters, 0), reader.sorts(sent.path("sorts")));
    }

    /** One filter, or a list that all must be fulfilled of. */
    private RowFilter group(JsonNode filters, int depth) throws QueryException {
        if (!filters.isMissingNode() && !filters.isNull() && !filters.isContainerNode()) {
            throw new QueryException("filters is one filter or a list of filters");
        }
        if (filters.isEmpty()) {
            return RowFilter.EVERYTHING;
        }
        return filters.isArray() ? new RowFilter.All(list(filters, depth)) : filter(filters, depth);
    }

    private List<RowFilter> list(JsonNode filters, int depth) throws QueryException {
        List<RowFilter> all = new ArrayList<>();
        for (JsonNode filter : filters) {
            all.add(filter(filter, depth));
        }
        return all;
    }

    private RowFilter filter(JsonNode node, int depth) throws QueryException {
        if (depth > DEEPEST) {
            throw new QueryException("filters are nested more than " + DEEPEST + " deep");
        }
        if (++conditions > MOST_CONDITIONS) {
            throw new QueryException("more than " + MOST_CONDITIONS + " filters; IN takes many values at once");
        }
        String type = node.path("type").asText().toUpperCase(Locale.ROOT);
        return switch (type) {
            case "AND" -> new RowFilter.All(nested(node, depth));
            case "OR" -> new RowFilter.Any(nested(node, depth));
            case "NOT" -> new RowFilter.Not(new RowFilter.All(nested(node, depth)));
            case "EQ" -> comparison(node, Comparison.EQUAL);
            case "NE" -> new RowFilter.Not(comparison(node, Comparison.EQUAL));
            case "GT" -> comparison(node, Comparison.GREATER);
            case "GE" -> comparison(node, Comparison.GREATER_OR_EQUAL);
            case "LT" -> comparison(node, Comparison.LESS);
            case "LE" -> comparison(node, Comparison.LESS_OR_EQUAL);
            case "LIKE" -> like(node);
            case "NOTLIKE" -> new RowFilter.Not(like(node));
            case "IN" -> in(node);
            case "NOTIN" -> new RowFilter.Not(in(node));
            case "BETWEEN" -> between(node);
            case "NOTBETWEEN" -> new RowFilter.Not(between(node));
            case "MISSINGVALUE" ->
                new RowFilter.Not(new RowFilter.Present(column(node).field()));
            case "NOTMISSINGVALUE" -> new RowFilter.Present(column(node).field());
            case "NEAR" -> near(node);
            case "NOTNEAR" -> new RowFilter.Not(near(node));
            case "TAGGED", "TAGGEDWITH" -> tagged(node);
            case "NOTTAGGED", "NOTTAGGEDWITH" -> new RowFilter.Not(tagged(node));
            default -> throw new QueryException("there is no filter of the type [" + type + "]; there are " + TYPES);
        };
    }

    private List<RowFilter> nested(JsonNode node, int depth) throws QueryException {
        JsonNode filters = node.path("filters");
        if (filters.isArray()) {
            return list(filters, depth + 1);
        }
        if (!filters.isObject()) {
            throw new QueryException("a filter of the type " + node.path("type").asText() + " needs a list filters");
        }
        return List.of(filter(filters, depth + 1));
    }

    private RowShape.Column column(JsonNode node) throws QueryException {
        String name = node.path("fieldName").asText();
        if (name.isEmpty()) {
            throw new QueryException("a filter of the type " + node.path("type").asText() + " needs a fieldName");
        }
        return shape.require(name);
    }

    private RowShape.Column column(JsonNode node, Set<RowField.Kind> kinds, String what) throws QueryException {
        RowShape.Column column = column(node);
        if (!kinds.contains(column.field().kind())) {
            throw new QueryException("field " + column.field().name() + " is a "
                    + column.definition().baseType() + "; " + node.path("type").asText() + " is for " + what);
        }
        return column;
    }

    private RowShape.Column ordered(JsonNode node) throws QueryException {
        return column(
                node,
                Set.of(RowField.Kind.TEXT, RowField.Kind.TAGS, RowField.Kind.NUMBER, RowField.Kind.TRUTH),
                "texts, numbers, times and truth values");
    }

    private RowFilter comparison(JsonNode node, Comparison comparison) throws QueryException {
        RowShape.Column column = ordered(node);
        return new RowFilter.Compare(
                column.field(), comparison, operand(column, node.path("value"), "value"), isCaseSensitive(node));
    }

    private RowFilter between(JsonNode node) throws QueryException {
        RowShape.Column column = ordered(node);
        return new RowFilter.Between(
                column.field(), operand(column, node.path("from"), "from"), operand(column, node.path("to"), "to"));
    }

    private RowFilter in(JsonNode node) throws QueryException {
        RowShape.Column column = ordered(node);
        JsonNode values = node.has("values") ? node.path("values") : node.path("value");
        if (!values.isArray() || values.size() > MOST_VALUES) {
            throw new QueryException("field " + column.field().name() + ": "
                    + node.path("type").asText() + " needs a list values, of " + MOST_VALUES + " at most");
        }
        List<Operand> operands = new ArrayList<>();
        for (JsonNode value : values) {
            operands.add(operand(column, value, "values"));
        }
        return new RowFilter.In(column.field(), operands, isCaseSensitive(node));
    }

    private RowFilter like(JsonNode node) throws QueryException {
        RowShape.Column column = column(node, Set.of(RowField.Kind.TEXT, RowField.Kind.TAGS), "texts");
        Operand.Text text = (Operand.Text) operand(column, node.path("value"), "value");
        if (text.text().length() > LONGEST_PATTERN) {
            throw new QueryException("field " + column.field().name() + ": a pattern is " + LONGEST_PATTERN
                    + " characters long at most");
        }
        return new RowFilter.Like(column.field(), LikePattern.of(text.text()), isCaseSensitive(node));
    }

    private RowFilter near(JsonNode node) throws QueryException {
        RowShape.Column column = column(node, Set.of(RowField.Kind.PLACE), "places");
        Value.Location place = (Value.Location) require(column, node.path("location"), BaseType.LOCATION, "location");
        double distance = ((Value.Number) require(column, node.path("distance"), BaseType.NUMBER, "distance")).number();
        String unit = node.path("units").asText("M").toUpperCase(Locale.ROOT);
        double metres = switch (unit) {
            case "M" -> METRES_PER_MILE;
            case "K" -> 1_000;
            case "N" -> METRES_PER_NAUTICAL_MILE;
            default ->
                throw new QueryException("field " + column.field().name() + ": there is no unit [" + unit
                        + "]; there are M (miles), K (kilometres) and N (nautical miles)");
        };
        return new RowFilter.Near(column.field(), place.latitude(), place.longitude(), distance * metres);
    }

    private RowFilter tagged(JsonNode node) throws QueryException {
        RowShape.Column column = column(node, Set.of(RowField.Kind.TAGS), "tags");
        Value.Text tags = (Value.Text) require(column, node.path("tags"), BaseType.TAGS, "tags");
        return tagged(column.field(), tags.text());
    }

    /** @param tags as {@code Vocabulary:Term;Vocabulary:Term} */
    public static RowFilter tagged(RowField field, String tags) {
        Set<String> wanted = new LinkedHashSet<>();
        for (String tag : tags.split(";", -1)) {
            if (!tag.isBlank()) {
                wanted.add(tag.strip());
            }
        }
        return new RowFilter.Tagged(field, List.copyOf(wanted));
    }

    private static boolean isCaseSensitive(JsonNode node) throws QueryException {
        return flag(node, "isCaseSensitive", true);
    }

    private static boolean flag(JsonNode node, String key, boolean otherwise) throws QueryException {
        if (!node.hasNonNull(key)) {
            return otherwise;
        }
        try {
            return ((Value.Bool) ValueJson.read(node.get(key), BaseType.BOOLEAN)).truth();
        } catch (InvalidValueException e) {
            throw new QueryException(key + ": " + e.getMessage(), e);
        }
    }

    private static Value require(RowShape.Column column, JsonNode value, BaseType type, String key)
            throws QueryException {
        try {
            Value read = ValueJson.read(value, type);
            if (!read.isNothing()) {
                return read;
            }
        } catch (InvalidValueException e) {
            throw new QueryException("field " + column.field().name() + ": " + key + ": " + e.getMessage(), e);
        }
        throw new QueryException("field " + column.field().name() + ": " + key
                + " must be given; MISSINGVALUE finds rows without a value");
    }

    private static Operand operand(RowShape.Column column, JsonNode value, String key) throws QueryException {
        BaseType type = column.definition().baseType();
        // Between two whole numbers there are others, and whoever looks for all above 2.5 means it.
        boolean isWhole = type.form() == BaseType.Form.INTEGER || type.form() == BaseType.Form.LONG;
        if (isWhole && value.isFloatingPointNumber()) {
            return new Operand.Decimal(value.decimalValue());
        }
        Value read = require(column, value, type, key);
        return operand(read);
    }

    /** A value as something to compare with: one of a text, a number or a truth value. */
    public static Operand operand(Value value) {
        if (value instanceof Value.Text text) {
            return new Operand.Text(text.text());
        }
        if (value instanceof Value.Bool bool) {
            return new Operand.Truth(bool.truth());
        }
        return new Operand.Decimal(
                Numbers.of(value).orElseThrow(() -> new IllegalArgumentException(value.baseType() + " has no order")));
    }

    private List<RowSort> sorts(JsonNode sent) throws QueryException {
        List<RowSort> sorts = new ArrayList<>();
        for (JsonNode sort : sent.isObject() ? List.of(sent) : sent) {
            RowShape.Column column = shape.require(sort.path("fieldName").asText());
            if (!column.field().kind().isOrdered()) {
                throw new QueryException("field " + column.field().name() + " is a "
                        + column.definition().baseType() + ", whose values have no order");
            }
            sorts.add(new RowSort(column.field(), flag(sort, "isAscending", true)));
        }
        if (sorts.size() > MOST_SORTS) {
            throw new QueryException("more than " + MOST_SORTS + " sorts");
        }
        return sorts;
    }
}
