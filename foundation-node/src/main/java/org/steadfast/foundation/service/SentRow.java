package org.steadfast.foundation.service;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.steadfast.persistence.store.RowLabels;
import org.steadfast.protocol.type.Value;

/**
 * A row that a client sent.
 *
 * @param cells values by field; those that were not sent are missing, those that were sent as null are {@link Value#NOTHING}
 * @param labels what it says of itself, or the call says of all rows
 * @param key where it says one besides its fields
 * @param time epoch milliseconds, where it says one besides its fields
 */
record SentRow(Map<String, Value> cells, RowLabels labels, Optional<String> key, OptionalLong time) {
    /** The value of a field; {@link Value#NOTHING} where there is none. */
    Value cell(String field) {
        return cells.getOrDefault(field, Value.NOTHING);
    }
}
