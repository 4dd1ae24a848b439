package org.steadfast.foundation.service;

import java.util.Collection;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** Fields, properties or parameters as clients list them. Stateless. */
public final class FieldTable {
    private FieldTable() {}

    /** One row of name, description and base type for each. */
    public static Infotable of(Collection<FieldDefinition> fields) {
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("name", BaseType.STRING),
                new FieldDefinition("description", BaseType.STRING),
                new FieldDefinition("baseType", BaseType.BASETYPENAME));
        for (FieldDefinition field : fields) {
            rows.row(
                    Value.string(field.name()),
                    Value.string(field.description()),
                    new Value.Text(BaseType.BASETYPENAME, field.baseType().name()));
        }
        return rows.build();
    }
}
