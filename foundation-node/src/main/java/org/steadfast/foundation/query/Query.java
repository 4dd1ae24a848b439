package org.steadfast.foundation.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.steadfast.persistence.query.RowFilter;
import org.steadfast.persistence.query.RowQuery;
import org.steadfast.persistence.query.RowSort;

/** A query that was read: which rows, and in which order. Immutable. */
public record Query(RowFilter filter, List<RowSort> sorts) {
    /** Every row, in no order of its own. */
    public static final Query NONE = new Query(RowFilter.EVERYTHING, List.of());

    public Query {
        Objects.requireNonNull(filter, "filter is null");
        sorts = List.copyOf(sorts);
    }

    /** The same, with further conditions. */
    public Query and(List<RowFilter> others) {
        if (others.isEmpty()) {
            return this;
        }
        List<RowFilter> all = new ArrayList<>(others);
        all.add(filter);
        return new Query(new RowFilter.All(all), sorts);
    }

    /** For a store. */
    public RowQuery limited(int limit) {
        return new RowQuery(filter, sorts, limit);
    }
}
