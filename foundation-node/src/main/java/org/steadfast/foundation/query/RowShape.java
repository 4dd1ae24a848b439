package org.steadfast.foundation.query;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.steadfast.persistence.query.RowField;
import org.steadfast.protocol.type.FieldDefinition;

/** The fields that rows have, and that queries may name. Immutable. */
public final class RowShape {
    private final Map<String, Column> columns;

    private RowShape(Map<String, Column> columns) {
        this.columns = columns;
    }

    /**
     * A field with its definition.
     *
     * @param field as stores know it
     */
    public record Column(FieldDefinition definition, RowField field) {}

    /** Rows that have nothing but what they hold, such as those of an infotable. */
    public static RowShape of(List<FieldDefinition> content) {
        return of(content, List.of());
    }

    /**
     * Rows as a store has them.
     *
     * @param content what they hold
     * @param ofRow what each has besides; a field of the content of the same name stands before it
     */
    public static RowShape of(List<FieldDefinition> content, List<FieldDefinition> ofRow) {
        Map<String, Column> columns = new LinkedHashMap<>();
        for (FieldDefinition field : content) {
            columns.put(field.name(), new Column(field, RowField.ofContent(field.name(), field.baseType())));
        }
        for (FieldDefinition field : ofRow) {
            columns.putIfAbsent(field.name(), new Column(field, RowField.ofRow(field.name(), field.baseType())));
        }
        return new RowShape(columns);
    }

    /** All fields, those of the content first. */
    public List<Column> columns() {
        return List.copyOf(columns.values());
    }

    public List<FieldDefinition> definitions() {
        return columns.values().stream().map(Column::definition).toList();
    }

    public Optional<Column> find(String name) {
        return Optional.ofNullable(columns.get(name));
    }

    /** @throws QueryException naming the fields that there are */
    Column require(String name) throws QueryException {
        return find(name)
                .orElseThrow(() -> new QueryException(
                        "there is no field [" + name + "]; there are " + String.join(", ", columns.keySet())));
    }
}
