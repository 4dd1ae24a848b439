package org.steadfast.foundation.event;

import java.util.Optional;
import org.steadfast.foundation.property.Properties;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** A value of a property as events bring it: with its time and quality, which scripts read as {@code newValue.value} and so on. */
final class ChangedValue {
    private ChangedValue() {}

    /** @param state empty where the property was never set */
    static Value of(FieldDefinition property, Optional<PropertyChange.State> state) {
        Infotable.Builder row = new Infotable.Builder(
                new FieldDefinition("value", property.baseType()),
                new FieldDefinition("time", BaseType.DATETIME),
                new FieldDefinition("quality", BaseType.STRING));
        if (state.isEmpty()) {
            row.row(Properties.unset(property), Value.NOTHING, Value.string("UNKNOWN"));
        } else {
            PropertyChange.State held = state.get();
            row.row(held.value(), new Value.Datetime(held.time()), Value.string(held.quality()));
        }
        return new Value.Table(row.build());
    }
}
