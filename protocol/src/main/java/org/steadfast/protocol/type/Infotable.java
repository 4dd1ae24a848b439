package org.steadfast.protocol.type;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A table of values: fields, and rows whose cells stand in the order of the fields. A row may be shorter than the fields are
 * many; the cells it lacks are {@link Value#NOTHING}. Immutable.
 */
public record Infotable(List<FieldDefinition> fields, List<List<Value>> rows) {

    public Infotable {
        fields = List.copyOf(fields);
        List<List<Value>> copies = new ArrayList<>(rows.size());
        for (List<Value> row : rows) {
            if (row.size() > fields.size()) {
                throw new IllegalArgumentException(
                        "a row has " + row.size() + " cells for " + fields.size() + " fields");
            }
            copies.add(List.copyOf(row));
        }
        rows = Collections.unmodifiableList(copies);
    }

    /** A table of one row and one field, the form in which single results travel. */
    public static Infotable single(FieldDefinition field, Value value) {
        return new Infotable(List.of(field), List.of(List.of(value)));
    }

    /** A table of one row and one field named {@code result}. */
    public static Infotable result(Value value) {
        return single(new FieldDefinition("result", value.baseType()), value);
    }

    /** The position of a field, or -1 where there is none of that name. */
    public int indexOf(String fieldName) {
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).name().equals(fieldName)) {
                return i;
            }
        }
        return -1;
    }

    /** The cell of a row, {@link Value#NOTHING} where the row is shorter or the field index is -1. */
    public Value cell(int row, int field) {
        List<Value> cells = rows.get(row);
        return field >= 0 && field < cells.size() ? cells.get(field) : Value.NOTHING;
    }

    /** The cell of a row by field name, {@link Value#NOTHING} where there is no such field. */
    public Value cell(int row, String fieldName) {
        return cell(row, indexOf(fieldName));
    }

    /** The cell of the first row by field name, {@link Value#NOTHING} where there is no row or no such field. */
    public Value first(String fieldName) {
        return rows.isEmpty() ? Value.NOTHING : cell(0, fieldName);
    }

    /** Collects rows for fixed fields. Not safe for use by several threads. */
    public static final class Builder {
        private final List<FieldDefinition> fields;
        private final List<List<Value>> rows = new ArrayList<>();

        public Builder(FieldDefinition... fields) {
            this.fields = List.of(fields);
        }

        /** Adds a row; {@code cells} stand in the order of the fields, and those that are missing at its end are absent. */
        public Builder row(Value... cells) {
            List<Value> row = new ArrayList<>(List.of(cells));
            while (row.size() < fields.size()) {
                row.add(Value.NOTHING);
            }
            rows.add(row);
            return this;
        }

        public Infotable build() {
            return new Infotable(fields, rows);
        }
    }
}
