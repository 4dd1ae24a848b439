package org.steadfast.persistence.postgres;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.steadfast.persistence.query.Operand;
import org.steadfast.persistence.query.RowField;
import org.steadfast.persistence.query.RowFilter;
import org.steadfast.persistence.query.RowSort;

/**
 * A statement on rows in the making: its text, and its parameters in their order. Nothing that a client sent is ever part of the
 * text. Used by one thread.
 */
final class RowSql {
    /** Small letters of all alphabets, whatever the database's own locale is; as Java makes them. */
    private static final String LOWER = "lower(%s collate \"und-x-icu\")";

    /** By code points, and so the same in every database. */
    private static final String ORDERED = "(%s) collate \"C\"";

    private final StringBuilder text = new StringBuilder();
    private final List<Object> parameters = new ArrayList<>();

    RowSql add(String sql, Object... values) {
        text.append(sql);
        parameters.addAll(List.of(values));
        return this;
    }

    RowSql addTexts(String sql, List<String> texts) {
        text.append(sql);
        parameters.add(SqlArray.texts(texts));
        return this;
    }

    RowSql addNumbers(String sql, List<Long> numbers) {
        text.append(sql);
        parameters.add(SqlArray.numbers(numbers));
        return this;
    }

    /** Adds a condition that is true or false, never null. */
    RowSql where(RowFilter filter) {
        if (filter instanceof RowFilter.All all) {
            return joined(all.filters(), " and ");
        }
        if (filter instanceof RowFilter.Any any) {
            return joined(any.filters(), " or ");
        }
        if (filter instanceof RowFilter.Not not) {
            add("not (");
            return where(not.filter()).add(")");
        }
        add("coalesce(");
        if (filter instanceof RowFilter.Compare compare) {
            String sign = " " + compare.comparison().sign() + " ";
            compared(compare.field(), compare.caseSensitive()).add(sign);
            operand(compare.operand(), compare.caseSensitive());
        } else if (filter instanceof RowFilter.Like like) {
            compared(like.field(), like.caseSensitive());
            String pattern =
                    (like.caseSensitive() ? like.pattern() : like.pattern().lower()).sql();
            add(" like ? escape '\\'", pattern);
        } else if (filter instanceof RowFilter.In in) {
            compared(in.field(), in.caseSensitive()).add(" = any(?)", array(in));
        } else if (filter instanceof RowFilter.Between between) {
            compared(between.field(), true).add(" between ");
            operand(between.from(), true).add(" and ");
            operand(between.to(), true);
        } else if (filter instanceof RowFilter.Present present) {
            present(present.field());
        } else if (filter instanceof RowFilter.Tagged tagged) {
            add("string_to_array(");
            value(tagged.field()).addTexts(", ';') @> ?", tagged.tags());
        } else if (filter instanceof RowFilter.Near near) {
            near(near);
        }
        return add(", false)");
    }

    private RowSql joined(List<RowFilter> filters, String word) {
        if (filters.isEmpty()) {
            return add("true");
        }
        add("(");
        for (int i = 0; i < filters.size(); i++) {
            add(i == 0 ? "" : word);
            where(filters.get(i));
        }
        return add(")");
    }

    RowSql orderBy(List<RowSort> sorts, String otherwise) {
        add(" order by ");
        for (RowSort sort : sorts) {
            compared(sort.field(), true).add(sort.ascending() ? " asc nulls last, " : " desc nulls last, ");
        }
        return add(otherwise);
    }

    /** The value in the form in which it is compared; null where there is none. */
    private RowSql compared(RowField field, boolean caseSensitive) {
        if (field.kind() != RowField.Kind.TEXT && field.kind() != RowField.Kind.TAGS) {
            return value(field);
        }
        int begin = text.length();
        value(field);
        String expression = text.substring(begin);
        text.setLength(begin);
        text.append(ORDERED.formatted(caseSensitive ? expression : LOWER.formatted("(" + expression + ")")));
        return this;
    }

    private RowSql value(RowField field) {
        if (!field.inContent()) {
            return add(column(field));
        }
        String name = field.name();
        return switch (field.kind()) {
            case TEXT, TAGS ->
                add("case when jsonb_typeof(content -> ?) = 'string' then content ->> ? end", name, name);
            case NUMBER ->
                add("case when jsonb_typeof(content -> ?) = 'number' then (content -> ?)::numeric end", name, name);
            case TRUTH ->
                add("case when jsonb_typeof(content -> ?) = 'boolean' then (content -> ?)::boolean end", name, name);
            case PLACE, SECRET, OPAQUE -> add("content -> ?", name);
        };
    }

    private static String column(RowField field) {
        return switch (field.name()) {
            case "id" -> "id::numeric";
            case "key" -> "row_key";
            case "timestamp" -> "row_time::numeric";
            case "source" -> "source";
            case "sourceType" -> "source_type";
            case "location" -> "latitude";
            case "tags" -> "coalesce(array_to_string(tags, ';'), '')";
            default -> throw new IllegalArgumentException("rows have no column " + field.name());
        };
    }

    private RowSql present(RowField field) {
        if (!field.inContent() || field.kind().isOrdered()) {
            add("(");
            return value(field).add(") is not null");
        }
        // Places and what is kept as bytes are objects of their own.
        String key = field.kind() == RowField.Kind.PLACE ? "latitude" : "bytes";
        return add("jsonb_exists(content -> ?, ?)", field.name(), key);
    }

    private RowSql operand(Operand operand, boolean caseSensitive) {
        if (operand instanceof Operand.Text value) {
            return add("?", caseSensitive ? value.text() : value.text().toLowerCase(Locale.ROOT));
        }
        if (operand instanceof Operand.Decimal value) {
            return add("?", value.number());
        }
        return add("?", ((Operand.Truth) operand).truth());
    }

    private static SqlArray array(RowFilter.In in) {
        return switch (in.field().kind()) {
            case NUMBER ->
                new SqlArray(
                        "numeric",
                        in.operands().stream()
                                .map(operand -> ((Operand.Decimal) operand).number())
                                .toArray());
            case TRUTH ->
                new SqlArray(
                        "boolean",
                        in.operands().stream()
                                .map(operand -> ((Operand.Truth) operand).truth())
                                .toArray());
            default ->
                new SqlArray(
                        "text",
                        in.operands().stream()
                                .map(operand -> ((Operand.Text) operand).text())
                                .map(value -> in.caseSensitive() ? value : value.toLowerCase(Locale.ROOT))
                                .toArray());
        };
    }

    private void near(RowFilter.Near near) {
        String name = near.field().name();
        boolean inContent = near.field().inContent();
        String latitude = inContent ? "(content -> ? ->> 'latitude')::float8" : "latitude";
        String longitude = inContent ? "(content -> ? ->> 'longitude')::float8" : "longitude";
        Object[] names = inContent ? new Object[] {name} : new Object[0];
        add(inContent ? "case when jsonb_exists(content -> ?, 'latitude') then " : "(", names);
        add("2 * ? * asin(least(1, sqrt(power(sin(radians(", RowFilter.EARTH_RADIUS);
        add(latitude, names).add(" - ?) / 2), 2) + cos(radians(?)) * cos(radians(", near.latitude(), near.latitude());
        add(latitude, names).add(")) * power(sin(radians(");
        add(longitude, names).add(" - ?) / 2), 2)))) <= ?", near.longitude(), near.metres());
        add(inContent ? " end" : ")");
    }

    /** The statement, with its parameters set. */
    PreparedStatement prepare(Connection connection, int seconds) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(text.toString());
        try {
            statement.setQueryTimeout(seconds);
            for (int i = 0; i < parameters.size(); i++) {
                set(statement, i + 1, parameters.get(i));
            }
            return statement;
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    private static void set(PreparedStatement statement, int index, Object value) throws SQLException {
        if (value instanceof SqlArray array) {
            statement.setArray(index, array.on(statement.getConnection()));
        } else if (value instanceof String string) {
            statement.setString(index, string);
        } else if (value instanceof Long number) {
            statement.setLong(index, number);
        } else if (value instanceof Integer number) {
            statement.setInt(index, number);
        } else if (value instanceof Double number) {
            statement.setDouble(index, number);
        } else if (value instanceof Boolean truth) {
            statement.setBoolean(index, truth);
        } else if (value instanceof BigDecimal number) {
            statement.setBigDecimal(index, number);
        } else {
            throw new IllegalArgumentException("no parameter: " + value.getClass());
        }
    }

    @Override
    public String toString() {
        return text + " " + parameters.stream().map(Object::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
