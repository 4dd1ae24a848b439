package org.steadfast.foundation.property;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.protocol.json.InfotableJson;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
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
                    ? new Value.Table(table(definition, json))
                    : ValueJson.read(json, definition.baseType());
            return new PropertyUpdate(property, value, time, PropertyUpdate.GOOD);
        } catch (InvalidValueException e) {
            throw new PropertyException(
                    PropertyException.Kind.INVALID,
                    "property " + property + " of " + thing.name() + ": " + e.getMessage(),
                    e);
        }
    }

    private Infotable table(FieldDefinition definition, JsonNode json) throws ModelException, InvalidValueException {
        Infotable table = InfotableJson.read(json, fields(definition));
        if (table.fields().isEmpty() && json.path("rows").valueStream().anyMatch(row -> !row.isEmpty())) {
            // What its cells are is not known, and a table without them would be another one.
            throw new InvalidValueException("INFOTABLE has rows and no dataShape that says what is in them");
        }
        return table;
    }

    /**
     * New values of several properties, by name. An empty text for a password is what is shown of it, and changes nothing here; by itself it is
     * taken.
     */
    public List<PropertyUpdate> updates(Thing thing, JsonNode values, long time)
            throws PropertyException, ModelException {
        List<PropertyUpdate> updates = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : values.properties()) {
            PropertyUpdate update = update(thing, entry.getKey(), entry.getValue(), time);
            boolean isShown = update.value() instanceof Value.Text text
                    && text.baseType() == BaseType.PASSWORD
                    && text.text().isEmpty();
            if (!isShown) {
                updates.add(update);
            }
        }
        return updates;
    }

    private List<FieldDefinition> fields(FieldDefinition definition) throws ModelException {
        String shape = definition.aspects().get(DATA_SHAPE) instanceof Value.Text text ? text.text() : "";
        return model.dataShape(shape).orElse(List.of());
    }
}
