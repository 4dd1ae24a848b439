package org.steadfast.foundation.exchange;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.steadfast.foundation.model.EntityRef;

/**
 * An entity as a document has it.
 *
 * @param definition in the form that the REST API takes; not to be changed
 * @param values of a thing's properties, by their names
 */
record ImportedEntity(EntityRef ref, ObjectNode definition, Map<String, ImportedValue> values) {
    ImportedEntity {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
}
