package org.steadfast.persistence.store;

import java.util.Objects;

/**
 * A row of a data table, or an entry of a stream.
 *
 * @param id its number; what was written later has a greater one
 * @param key within its data table; empty for entries of streams
 * @param time epoch milliseconds
 * @param content JSON of the values by field, see {@link RowWrite}
 */
public record StoredRow(long id, String key, long time, RowLabels labels, String content) {
    public StoredRow {
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(labels, "labels is null");
        Objects.requireNonNull(content, "content is null");
    }
}
