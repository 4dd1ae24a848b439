package org.steadfast.foundation.alert;

import java.util.Map;
import java.util.OptionalDouble;
import org.steadfast.foundation.model.AlertDefinition;
import org.steadfast.protocol.type.Value;

/** Whether a value raises an alert, or keeps it raised until it has come back by the hysteresis. Stateless. */
final class AlertRule {
    private AlertRule() {}

    /**
     * Whether an alert is raised with a value.
     *
     * @param active whether it is raised already
     */
    static boolean isRaised(AlertDefinition alert, Value value, boolean active) {
        Map<String, Value> attributes = alert.attributes();
        switch (alert.type()) {
            case TRUE:
                return value instanceof Value.Bool bool && bool.truth();
            case FALSE:
                return value instanceof Value.Bool bool && !bool.truth();
            case EQUAL_TO:
                return isEqual(value, attributes.get("value"), active ? hysteresis(attributes) : 0);
            case NOT_EQUAL_TO:
                return !value.isNothing()
                        && !isEqual(value, attributes.get("value"), active ? 0 : hysteresis(attributes));
            default:
                OptionalDouble number = Numbers.of(value);
                return number.isPresent()
                        && isRaised(alert, attributes, number.getAsDouble(), active ? hysteresis(attributes) : 0);
        }
    }

    /** @param back how far the number must have come back before the alert is reset */
    private static boolean isRaised(AlertDefinition alert, Map<String, Value> attributes, double number, double back) {
        return switch (alert.type()) {
            case ABOVE -> isAbove(number, number(attributes, "limit") - back, flag(attributes, "limitIncluded", false));
            case BELOW -> isAbove(number(attributes, "limit") + back, number, flag(attributes, "limitIncluded", false));
            case DEVIATION_ABOVE ->
                isAbove(
                        number,
                        number(attributes, "value") + number(attributes, "limit") - back,
                        flag(attributes, "limitIncluded", false));
            case DEVIATION_BELOW ->
                isAbove(
                        number(attributes, "value") - number(attributes, "limit") + back,
                        number,
                        flag(attributes, "limitIncluded", false));
            case IN_RANGE ->
                isAbove(number, number(attributes, "minimum") - back, flag(attributes, "minimumIncluded", true))
                        && isAbove(
                                number(attributes, "maximum") + back,
                                number,
                                flag(attributes, "maximumIncluded", true));
            default ->
                isAbove(number(attributes, "minimum") + back, number, flag(attributes, "minimumIncluded", false))
                        || isAbove(
                                number,
                                number(attributes, "maximum") - back,
                                flag(attributes, "maximumIncluded", false));
        };
    }

    private static boolean isAbove(double number, double limit, boolean included) {
        return included ? number >= limit : number > limit;
    }

    private static boolean isEqual(Value value, Value other, double tolerance) {
        OptionalDouble number = Numbers.of(value);
        OptionalDouble wanted = Numbers.of(other);
        if (number.isPresent() && wanted.isPresent()) {
            return Math.abs(number.getAsDouble() - wanted.getAsDouble()) <= tolerance;
        }
        if (value instanceof Value.Text text && other instanceof Value.Text that) {
            return text.text().equals(that.text());
        }
        return value.equals(other);
    }

    private static double hysteresis(Map<String, Value> attributes) {
        return Math.abs(
                Numbers.of(attributes.getOrDefault("hysteresis", Value.NOTHING)).orElse(0));
    }

    /** What is no number is never reached. */
    private static double number(Map<String, Value> attributes, String name) {
        return Numbers.of(attributes.getOrDefault(name, Value.NOTHING)).orElse(Double.NaN);
    }

    private static boolean flag(Map<String, Value> attributes, String name, boolean otherwise) {
        return attributes.get(name) instanceof Value.Bool bool ? bool.truth() : otherwise;
    }
}
