package org.steadfast.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** The infotables in which a device and its server speak of properties (device protocol, section 8). Stateless. */
final class PropertyTables {
    private static final FieldDefinition VALUES = new FieldDefinition("values", BaseType.INFOTABLE);
    private static final FieldDefinition OPTIONS = new FieldDefinition("options", BaseType.JSON);
    private static final List<FieldDefinition> UPDATE_FIELDS = List.of(
            new FieldDefinition("name", BaseType.STRING),
            new FieldDefinition("value", BaseType.VARIANT),
            new FieldDefinition("time", BaseType.DATETIME),
            new FieldDefinition("quality", BaseType.STRING));

    private PropertyTables() {}

    /** Parameters of UpdateSubscribedPropertyValues. */
    static Infotable updates(List<PropertyUpdate> updates) {
        List<List<Value>> rows = new ArrayList<>(updates.size());
        for (PropertyUpdate update : updates) {
            rows.add(List.of(
                    Value.string(update.name()),
                    new Value.Variant(update.value()),
                    new Value.Datetime(update.timeMillis()),
                    Value.string(update.quality())));
        }
        return Infotable.single(VALUES, new Value.Table(new Infotable(UPDATE_FIELDS, rows)));
    }

    /** Parameters of GetPropertySubscriptions, as the C device SDK sends them. */
    static Infotable subscriptionOptions() {
        return Infotable.single(
                OPTIONS,
                new Value.Json(
                        BaseType.JSON, JsonNodeFactory.instance.objectNode().put("hasDeadband", true)));
    }

    /** The answer to GetPropertySubscriptions. */
    static List<PropertySubscription> subscriptions(Infotable answer) {
        List<PropertySubscription> subscriptions = new ArrayList<>();
        for (int row = 0; row < answer.rows().size(); row++) {
            subscriptions.add(new PropertySubscription(
                    text(answer.cell(row, "edgeName")),
                    text(answer.cell(row, "pushType")),
                    answer.cell(row, "pushThreshold") instanceof Value.Number number ? number.number() : 0));
        }
        return List.copyOf(subscriptions);
    }

    /** One property by its name. */
    static Infotable property(String name, Value value) {
        return Infotable.single(new FieldDefinition(name, value.baseType()), value);
    }

    /** Several properties in one row. */
    static Infotable properties(Map<String, Value> properties) {
        List<FieldDefinition> fields = new ArrayList<>();
        List<Value> row = new ArrayList<>();
        properties.forEach((name, value) -> {
            fields.add(new FieldDefinition(name, value.baseType()));
            row.add(value);
        });
        return new Infotable(fields, List.of(row));
    }

    private static String text(Value cell) {
        return cell instanceof Value.Text text ? text.text() : "";
    }
}
