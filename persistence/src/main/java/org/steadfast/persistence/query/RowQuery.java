package org.steadfast.persistence.query;

import java.util.List;
import java.util.Objects;

/**
 * Which rows, in which order, and how many at most.
 *
 * @param sorts the first one counts most; rows that are equal in all of them stand as if nothing had been said
 */
public record RowQuery(RowFilter filter, List<RowSort> sorts, int limit) {
    public RowQuery {
        Objects.requireNonNull(filter, "filter is null");
        sorts = List.copyOf(sorts);
    }

    public static RowQuery all(int limit) {
        return new RowQuery(RowFilter.EVERYTHING, List.of(), limit);
    }
}
