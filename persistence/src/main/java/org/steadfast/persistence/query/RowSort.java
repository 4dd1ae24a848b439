package org.steadfast.persistence.query;

import java.util.Objects;

/** An order of rows by one field. Rows without a value stand last, in either direction. */
public record RowSort(RowField field, boolean ascending) {
    public RowSort {
        Objects.requireNonNull(field, "field is null");
        if (!field.kind().isOrdered()) {
            throw new IllegalArgumentException("values of " + field.name() + " have no order");
        }
    }
}
