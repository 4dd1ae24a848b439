package org.steadfast.foundation.event;

import java.util.Locale;
import java.util.OptionalDouble;
import org.steadfast.foundation.alert.Numbers;
import org.steadfast.foundation.property.Properties;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

/**
 * Which changes of a property are events, by its aspects {@code dataChangeType} and {@code dataChangeThreshold}: every new value
 * ({@code VALUE}, also where nothing is said), every write ({@code ALWAYS}), turning true or unequal to 0 ({@code ON}), turning
 * false or 0 ({@code OFF}), or none ({@code NEVER}). With a threshold, a number must differ from the one before it by more.
 */
final class DataChangeRule {
    private DataChangeRule() {}

    /** Whether any change at all is an event. */
    static boolean canFire(FieldDefinition property) {
        return !type(property).equals("NEVER");
    }

    static boolean fires(FieldDefinition property, PropertyChange change) {
        Value before = change.before().map(PropertyChange.State::value).orElseGet(() -> Properties.unset(property));
        Value after = change.after().value();
        return switch (type(property)) {
            case "ALWAYS" -> true;
            case "NEVER" -> false;
            case "ON" -> isOn(after) && !isOn(before);
            case "OFF" -> !isOn(after) && isOn(before);
            default -> differs(property, change.before().isPresent(), before, after);
        };
    }

    private static String type(FieldDefinition property) {
        return property.aspects().get("dataChangeType") instanceof Value.Text text
                ? text.text().toUpperCase(Locale.ROOT)
                : "VALUE";
    }

    private static boolean differs(FieldDefinition property, boolean wasSet, Value before, Value after) {
        if (before.equals(after)) {
            return false;
        }
        OptionalDouble threshold = property.aspects().containsKey("dataChangeThreshold")
                ? Numbers.of(property.aspects().get("dataChangeThreshold"))
                : OptionalDouble.empty();
        OptionalDouble old = Numbers.of(before);
        OptionalDouble now = Numbers.of(after);
        if (threshold.isEmpty() || old.isEmpty() || now.isEmpty() || !wasSet) {
            return true;
        }
        return Math.abs(now.getAsDouble() - old.getAsDouble()) > threshold.getAsDouble();
    }

    private static boolean isOn(Value value) {
        if (value instanceof Value.Bool bool) {
            return bool.truth();
        }
        OptionalDouble number = Numbers.of(value);
        if (number.isPresent()) {
            return number.getAsDouble() != 0;
        }
        return value instanceof Value.Text text && !text.text().isEmpty();
    }
}
