package org.steadfast.foundation.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

class DataChangeRuleTest {
    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            -,      -, -,   1,   true
            -,      -, 1,   1,   false
            -,      -, 1,   2,   true
            VALUE,  -, 0,   0,   false
            VALUE,  2, 10,  11,  false
            VALUE,  2, 10,  12,  false
            VALUE,  2, 10,  12.1,true
            VALUE,  2, 10,  7.9, true
            VALUE,  2, -,   1,   true
            ALWAYS, -, 1,   1,   true
            ALWAYS, 5, 1,   1,   true
            NEVER,  -, 1,   2,   false
            ON,     -, 0,   1,   true
            ON,     -, -,   1,   true
            ON,     -, 1,   2,   false
            ON,     -, 1,   0,   false
            OFF,    -, 1,   0,   true
            OFF,    -, 0,   0,   false
            OFF,    -, -,   0,   false
            off,    -, 3,   0,   true
            """)
    void ofNumbers(String type, Double threshold, Double before, double after, boolean fires) {
        Map<String, Value> aspects = new LinkedHashMap<>();
        if (type != null) {
            aspects.put("dataChangeType", Value.string(type));
        }
        if (threshold != null) {
            aspects.put("dataChangeThreshold", Value.number(threshold));
        }
        FieldDefinition property = new FieldDefinition("p", "", BaseType.NUMBER, aspects);

        assertThat(DataChangeRule.fires(
                        property, change(before == null ? null : Value.number(before), Value.number(after))))
                .isEqualTo(fires);
    }

    @ParameterizedTest
    @CsvSource({"ON, false, true, true", "ON, true, true, false", "OFF, true, false, true", "VALUE, true, false, true"})
    void ofTruths(String type, boolean before, boolean after, boolean fires) {
        FieldDefinition property =
                new FieldDefinition("p", "", BaseType.BOOLEAN, Map.of("dataChangeType", Value.string(type)));

        assertThat(DataChangeRule.fires(property, change(new Value.Bool(before), new Value.Bool(after))))
                .isEqualTo(fires);
    }

    @ParameterizedTest
    @CsvSource({"a, a, false", "a, b, true", "'', x, true"})
    void ofTexts(String before, String after, boolean fires) {
        FieldDefinition property = new FieldDefinition("p", BaseType.STRING);

        assertThat(DataChangeRule.fires(property, change(Value.string(before), Value.string(after))))
                .isEqualTo(fires);
    }

    private static PropertyChange change(Value before, Value after) {
        return new PropertyChange(
                Optional.ofNullable(before).map(value -> new PropertyChange.State(value, 1, "GOOD")),
                new PropertyChange.State(after, 2, "GOOD"),
                0);
    }
}
