package org.steadfast.foundation.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.steadfast.foundation.model.AlertDefinition;
import org.steadfast.foundation.model.AlertType;
import org.steadfast.protocol.type.Value;

class AlertRuleTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Above          | limit=10                          | 10   | false | false
            Above          | limit=10                          | 10.1 | false | true
            Above          | limit=10 limitIncluded=true       | 10   | false | true
            Above          | limit=10 hysteresis=2             | 9    | false | false
            Above          | limit=10 hysteresis=2             | 9    | true  | true
            Above          | limit=10 hysteresis=2             | 8    | true  | false
            Below          | limit=10                          | 10   | false | false
            Below          | limit=10                          | 9.9  | false | true
            Below          | limit=10 hysteresis=1             | 10.5 | true  | true
            Below          | limit=10 hysteresis=1             | 11   | true  | false
            EqualTo        | value=5                           | 5    | false | true
            EqualTo        | value=5                           | 5.1  | false | false
            EqualTo        | value=5 hysteresis=0.5            | 5.4  | true  | true
            NotEqualTo     | value=5                           | 5    | true  | false
            NotEqualTo     | value=5                           | 6    | false | true
            InRange        | minimum=1 maximum=3               | 1    | false | true
            InRange        | minimum=1 maximum=3               | 3.1  | false | false
            InRange        | minimum=1 maximum=3 maximumIncluded=false | 3 | false | false
            InRange        | minimum=1 maximum=3 hysteresis=1  | 3.5  | true  | true
            OutOfRange     | minimum=1 maximum=3               | 1    | false | false
            OutOfRange     | minimum=1 maximum=3               | 0    | false | true
            OutOfRange     | minimum=1 maximum=3 hysteresis=1  | 2.5  | true  | true
            OutOfRange     | minimum=1 maximum=3 hysteresis=1  | 2    | true  | false
            DeviationAbove | value=20 limit=5                  | 25   | false | false
            DeviationAbove | value=20 limit=5                  | 25.1 | false | true
            DeviationBelow | value=20 limit=5                  | 14.9 | false | true
            DeviationBelow | value=20 limit=5 hysteresis=2     | 16   | true  | true
            """)
    void ofNumbers(String type, String attributes, double value, boolean active, boolean raised) {
        assertThat(AlertRule.isRaised(alert(type, attributes), Value.number(value), active))
                .isEqualTo(raised);
    }

    @ParameterizedTest
    @CsvSource({
        "TrueAlert, true, true",
        "TrueAlert, false, false",
        "FalseAlert, false, true",
        "FalseAlert, true, false",
        "Above, true, false"
    })
    void ofTruths(String type, boolean value, boolean raised) {
        assertThat(AlertRule.isRaised(alert(type, "limit=0"), new Value.Bool(value), false))
                .isEqualTo(raised);
    }

    @ParameterizedTest
    @CsvSource({"EqualTo, open, open, true", "EqualTo, open, shut, false", "NotEqualTo, open, shut, true"})
    void ofTexts(String type, String wanted, String value, boolean raised) {
        assertThat(AlertRule.isRaised(alert(type, "value=" + wanted), Value.string(value), false))
                .isEqualTo(raised);
    }

    @ParameterizedTest
    @CsvSource({"Above", "Below", "EqualTo", "NotEqualTo", "InRange", "OutOfRange", "TrueAlert", "FalseAlert"})
    void whatHasNoValueRaisesNothing(String type) {
        assertThat(AlertRule.isRaised(alert(type, "limit=0 value=0 minimum=0 maximum=0"), Value.NOTHING, false))
                .isFalse();
    }

    private static AlertDefinition alert(String type, String attributes) {
        Map<String, Value> values = new LinkedHashMap<>();
        for (String attribute : attributes.split(" ")) {
            String text = attribute.substring(attribute.indexOf('=') + 1);
            Value value = text.matches("-?[0-9.]+")
                    ? Value.number(Double.parseDouble(text))
                    : text.matches("true|false") ? new Value.Bool(Boolean.parseBoolean(text)) : Value.string(text);
            values.put(attribute.substring(0, attribute.indexOf('=')), value);
        }
        return new AlertDefinition("p", "a", AlertType.of(type).orElseThrow(), "", true, 1, values);
    }
}
