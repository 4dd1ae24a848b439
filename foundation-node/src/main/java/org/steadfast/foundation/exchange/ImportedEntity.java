package org.steadfast.foundation.exchange;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.persistence.store.PermissionStore.Permission;

/**
 * An entity as a document has it.
 *
 * @param definition in the form that the REST API takes; not to be changed
 * @param values of a thing's properties, by their names
 * @param permissions as the document has them, whether their principals are there or not
 * @param fellowship members and units as the document has them, whether they are there or not
 */
record ImportedEntity(
        EntityRef ref,
        ObjectNode definition,
        Map<String, ImportedValue> values,
        List<Permission> permissions,
        Fellowship fellowship) {
    ImportedEntity {
        permissions = List.copyOf(permissions);
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
}
