package org.steadfast.foundation.rows;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

/**
 * The keys of a data table's rows. A key is the text of the fields with the aspect {@code isPrimaryKey}; of several they stand in their
 * order with {@code |} between them, and a backslash before each {@code |} and backslash of their own. Immutable.
 */
public final class RowKeys {
    /** No index of the database takes longer ones. */
    private static final int LONGEST_BYTES = 2_000;

    private final List<String> fields;

    private RowKeys(List<String> fields) {
        this.fields = fields;
    }

    public static RowKeys of(List<FieldDefinition> shape) {
        return new RowKeys(shape.stream()
                .filter(field -> field.aspects().get("isPrimaryKey") instanceof Value.Bool bool && bool.truth())
                .map(FieldDefinition::name)
                .toList());
    }

    /** The fields that make the key; none where rows have a key of their own. */
    public List<String> fields() {
        return fields;
    }

    /** @throws ModelException naming the field that has no value, or none that a key can be made of */
    public String of(Map<String, Value> cells) throws ModelException {
        List<String> parts = new ArrayList<>();
        for (String field : fields) {
            Value value = cells.getOrDefault(field, Value.NOTHING);
            if (value.isNothing()) {
                throw ModelException.invalid(
                        "field " + field + ": it is a primary key of the data shape and must have a value");
            }
            String part = part(field, value);
            parts.add(fields.size() == 1 ? part : part.replace("\\", "\\\\").replace("|", "\\|"));
        }
        return require(String.join("|", parts));
    }

    /** Refuses a key that is too long. */
    public static String require(String key) throws ModelException {
        if (key.getBytes(StandardCharsets.UTF_8).length > LONGEST_BYTES) {
            throw ModelException.invalid("a key is " + LONGEST_BYTES + " bytes long at most");
        }
        return key;
    }

    private static String part(String field, Value value) throws ModelException {
        if (value instanceof Value.Text text) {
            return text.text();
        }
        if (value instanceof Value.Bool bool) {
            return Boolean.toString(bool.truth());
        }
        if (value instanceof Value.Int integer) {
            return Integer.toString(integer.number());
        }
        if (value instanceof Value.Long integer) {
            return Long.toString(integer.number());
        }
        if (value instanceof Value.Datetime time) {
            return Long.toString(time.epochMillis());
        }
        if (value instanceof Value.Timespan span) {
            return Long.toString(span.millis());
        }
        if (value instanceof Value.Number number && Double.isFinite(number.number())) {
            // 7 and 7.0 are one key.
            BigDecimal plain = BigDecimal.valueOf(number.number()).stripTrailingZeros();
            return plain.signum() == 0 ? "0" : plain.toPlainString();
        }
        throw ModelException.invalid("field " + field + ": a " + value.baseType() + " makes no key");
    }
}
