package org.steadfast.foundation.service;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.steadfast.foundation.model.EntityJson;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Names;
import org.steadfast.protocol.json.InfotableJson;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.type.FieldDefinition;

/** Reads parameters that describe fields. Stateless. */
final class FieldParameters {
    private FieldParameters() {}

    /** Fields as an infotable of their descriptions, or as that infotable's own fields where it has no rows. */
    static List<FieldDefinition> read(ServiceRequest request, String parameter)
            throws ServiceException, ModelException {
        JsonNode sent = request.parameters().path(parameter);
        if (!sent.isObject()) {
            return List.of();
        }
        List<FieldDefinition> fields = new ArrayList<>();
        for (JsonNode row : sent.path("rows")) {
            fields.add(EntityJson.readProperty(Names.require(row, "name"), row));
        }
        if (fields.isEmpty() && sent.has("baseType")) {
            fields.add(EntityJson.readProperty("result", sent));
        }
        if (fields.isEmpty()) {
            try {
                for (FieldDefinition field : InfotableJson.read(sent, List.of()).fields()) {
                    Names.check(parameter, field.name());
                    fields.add(field);
                }
            } catch (InvalidValueException e) {
                throw new ServiceException(
                        ServiceException.Kind.INVALID, "parameter " + parameter + ": " + e.getMessage(), e);
            }
        }
        return fields;
    }

    static Map<String, FieldDefinition> byName(List<FieldDefinition> fields) {
        Map<String, FieldDefinition> byName = new LinkedHashMap<>();
        fields.forEach(field -> byName.put(field.name(), field));
        return byName;
    }
}
