package org.steadfast.foundation.service;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.steadfast.foundation.property.Properties;
import org.steadfast.persistence.store.HistoryEntry;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

/**
 * The form in which history is shown: one property by the fields {@code id}, {@code timestamp} and {@code value}, or several by their
 * names beside a {@code timestamp}. Immutable.
 *
 * @param fields of the rows
 * @param columns where the value of a property stands in a row
 */
record HistoryTable(List<FieldDefinition> fields, Map<String, Integer> columns, boolean isMerged) {
    private static final FieldDefinition TIMESTAMP = new FieldDefinition("timestamp", BaseType.DATETIME);

    static HistoryTable single(String property, FieldDefinition value) {
        return new HistoryTable(
                List.of(new FieldDefinition("id", BaseType.LONG), TIMESTAMP, value), Map.of(property, 2), false);
    }

    /** A property of the name {@code timestamp} is not shown. */
    static HistoryTable merged(List<FieldDefinition> properties) {
        List<FieldDefinition> fields = new ArrayList<>(List.of(TIMESTAMP));
        Map<String, Integer> columns = new HashMap<>();
        for (FieldDefinition property : properties) {
            if (!property.name().equals(TIMESTAMP.name())) {
                columns.put(property.name(), fields.size());
                fields.add(property);
            }
        }
        return new HistoryTable(List.copyOf(fields), Map.copyOf(columns), true);
    }

    /** A row that has nothing but its time, and its number where rows have one. */
    List<Value> row(HistoryEntry entry) {
        List<Value> row = new ArrayList<>(Collections.nCopies(fields.size(), Value.NOTHING));
        if (!isMerged) {
            row.set(0, new Value.Long(entry.id()));
        }
        row.set(isMerged ? 0 : 1, new Value.Datetime(entry.time()));
        return row;
    }

    /** The value of an entry as its column's type says; {@link Value#NOTHING} where the property had another type then. */
    Value value(HistoryEntry entry) {
        FieldDefinition field = fields.get(columns.get(entry.property()));
        return Properties.fit(field.baseType(), entry.value());
    }
}
