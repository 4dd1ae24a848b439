package org.steadfast.foundation.property;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.protocol.json.InfotableJson;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

/** Reads values of properties as clients send them. Safe for use by several threads. */
public final class SentValues {
    private static final String DATA_SHAPE = "dataShape";

    private final Model model;

    public SentValues(Model model) {
        this.model = model;
    }

    /**
     * A new value. A table that comes without a data shape has that which the property has as its aspect.
     *
     * @param time of the value, epoch milliseconds
     * @throws PropertyException naming the property
     */
    public PropertyUpdate update(Thing thing, String property, JsonNode json, long time)
            throws PropertyException, ModelException {
        FieldDefinition definition = Properties.require(thing, property);
        try {
            Value value = definition.baseType() == BaseType.INFOTABLE && json.isObject()
                    ? new Value.Table(InfotableJson.read(json, fields(definition)))
                    : ValueJson.read(json, definition.baseType());
            return new PropertyUpdate(property, value, time, PropertyUpdate.GOOD);
        } catch (InvalidValueException e) {
            throw new PropertyException(
                    PropertyException.Kind.INVALID,
                    "property " + property + " of " + thing.name() + ": " + e.getMessage(),
                    e);
        }
    }

    private List<FieldDefinition> fields(FieldDefinition definition) throws ModelException {
        String shape = definition.aspects().get(DATA_SHAPE) instanceof Value.Text text ? text.text() : "";
        return model.dataShape(shape).orElse(List.of());
    }
}
