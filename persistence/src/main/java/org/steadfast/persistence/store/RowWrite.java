package org.steadfast.persistence.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;

/**
 * A row to be written.
 *
 * @param key within its data table; empty for entries of streams
 * @param time epoch milliseconds
 * @param content values by field. Texts, numbers, truth values and places are themselves; others are what their writer makes of them;
 *     null takes a value away. Not to be changed
 */
public record RowWrite(String key, long time, RowLabels labels, ObjectNode content) {
    public RowWrite {
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(labels, "labels is null");
        Objects.requireNonNull(content, "content is null");
    }
}
