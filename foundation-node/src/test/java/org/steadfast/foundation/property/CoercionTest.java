package org.steadfast.foundation.property;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

class CoercionTest {

    static Stream<Arguments> fits() throws Exception {
        Infotable table = Infotable.single(new FieldDefinition("a", BaseType.NUMBER), Value.number(1));
        String tableText = "{\"dataShape\":{\"fieldDefinitions\":{\"a\":{\"name\":\"a\",\"description\":\"\","
                + "\"baseType\":\"NUMBER\",\"ordinal\":0,\"aspects\":{}}}},\"rows\":[{\"a\":1.0}]}";
        return Stream.of(
                // what is of the type already
                arguments(BaseType.NUMBER, Value.number(1.5), Value.number(1.5)),
                arguments(BaseType.NUMBER, Value.number(Double.NaN), Value.number(Double.NaN)),
                arguments(BaseType.INFOTABLE, new Value.Table(table), new Value.Table(table)),
                // texts for anything
                arguments(BaseType.NUMBER, Value.string(" 1.5e3 "), Value.number(1500)),
                arguments(BaseType.INTEGER, Value.string("12"), new Value.Int(12)),
                arguments(BaseType.LONG, Value.string("9007199254740993"), new Value.Long(9007199254740993L)),
                arguments(BaseType.BOOLEAN, Value.string("TRUE"), new Value.Bool(true)),
                arguments(BaseType.BOOLEAN, Value.string("yes"), new Value.Bool(false)),
                arguments(BaseType.DATETIME, Value.string("1763834400000"), new Value.Datetime(1763834400000L)),
                arguments(
                        BaseType.DATETIME,
                        Value.string("2025-11-22T18:00:00.000Z"),
                        new Value.Datetime(1763834400000L)),
                arguments(BaseType.DATETIME, Value.string(""), Value.NOTHING),
                arguments(BaseType.LOCATION, Value.string("42.5,-71.25,3"), new Value.Location(-71.25, 42.5, 3)),
                arguments(
                        BaseType.JSON,
                        Value.string("{\"a\": [1]}"),
                        new Value.Json(BaseType.JSON, Json.read("{\"a\":[1]}"))),
                arguments(BaseType.INFOTABLE, json("{\"rows\":[]}"), empty()),
                arguments(BaseType.BLOB, Value.string("AQID"), new Value.Bytes(BaseType.BLOB, new byte[] {1, 2, 3})),
                arguments(BaseType.HTML, Value.string("<b>"), new Value.Text(BaseType.HTML, "<b>")),
                arguments(BaseType.TAGS, Value.string("V:a;V:b"), new Value.Text(BaseType.TAGS, "V:a;V:b")),
                // numbers among each other
                arguments(BaseType.INTEGER, Value.number(-7.9), new Value.Int(-7)),
                arguments(BaseType.LONG, new Value.Int(7), new Value.Long(7)),
                arguments(BaseType.INTEGER, new Value.Long(7), new Value.Int(7)),
                arguments(BaseType.NUMBER, new Value.Int(7), Value.number(7)),
                arguments(BaseType.BOOLEAN, Value.number(0.5), new Value.Bool(true)),
                arguments(BaseType.BOOLEAN, new Value.Int(0), new Value.Bool(false)),
                arguments(BaseType.DATETIME, Value.number(1.7e12), new Value.Datetime(1_700_000_000_000L)),
                arguments(BaseType.NUMBER, new Value.Datetime(1_700_000_000_000L), Value.number(1.7e12)),
                arguments(BaseType.TIMESPAN, new Value.Int(250), new Value.Timespan(250)),
                // anything for texts
                arguments(BaseType.STRING, Value.number(1.5), Value.string("1.5")),
                arguments(BaseType.STRING, new Value.Int(7), Value.string("7")),
                arguments(BaseType.STRING, new Value.Bool(true), Value.string("true")),
                arguments(BaseType.STRING, json("{\"a\":1}"), Value.string("{\"a\":1}")),
                arguments(BaseType.STRING, new Value.Table(table), Value.string(tableText)),
                // variants give what they hold
                arguments(BaseType.INTEGER, new Value.Variant(Value.string("12")), new Value.Int(12)),
                arguments(BaseType.NUMBER, new Value.Variant(new Value.Variant(Value.number(3))), Value.number(3)),
                arguments(BaseType.NUMBER, new Value.Variant(Value.NOTHING), Value.NOTHING),
                arguments(BaseType.VARIANT, Value.number(3), new Value.Variant(Value.number(3))),
                arguments(BaseType.VARIANT, new Value.Variant(Value.number(3)), new Value.Variant(Value.number(3))),
                // bytes and vectors
                arguments(
                        BaseType.IMAGE,
                        new Value.Bytes(BaseType.BLOB, new byte[] {1}),
                        new Value.Bytes(BaseType.IMAGE, new byte[] {1})),
                arguments(BaseType.STRING, new Value.Bytes(BaseType.BLOB, new byte[] {1}), Value.string("AQ==")),
                arguments(
                        BaseType.VEC2,
                        new Value.Vector(BaseType.VEC3, List.of(1.0, 2.0, 3.0)),
                        new Value.Vector(BaseType.VEC2, List.of(1.0, 2.0))));
    }

    @ParameterizedTest(name = "{1} as {0}")
    @MethodSource
    void fits(BaseType type, Value sent, Value expected) throws Exception {
        assertThat(Coercion.to(type, sent)).isEqualTo(expected);
    }

    static Stream<Arguments> doesNotFit() {
        return Stream.of(
                arguments(BaseType.NUMBER, Value.string("warm"), "NUMBER needs a number"),
                arguments(BaseType.NUMBER, Value.string(""), "NUMBER needs a number"),
                arguments(BaseType.NUMBER, new Value.Bool(true), "NUMBER needs a number"),
                arguments(BaseType.INTEGER, Value.number(3e9), "must lie between"),
                arguments(BaseType.INTEGER, new Value.Long(1L << 31), "must lie between"),
                arguments(BaseType.INTEGER, Value.number(Double.NaN), "not finite"),
                arguments(BaseType.STRING, Value.number(Double.POSITIVE_INFINITY), "not finite"),
                arguments(BaseType.LONG, new Value.Variant(Value.number(Double.NEGATIVE_INFINITY)), "not finite"),
                arguments(BaseType.BOOLEAN, new Value.Location(1, 2, 3), "BOOLEAN needs true or false"),
                arguments(BaseType.DATETIME, Value.string("yesterday"), "DATETIME needs"),
                arguments(BaseType.LOCATION, Value.string("somewhere"), "LOCATION needs"),
                arguments(BaseType.LOCATION, Value.number(1), "LOCATION needs"),
                arguments(BaseType.JSON, Value.string("{"), "not JSON"),
                arguments(BaseType.INFOTABLE, Value.string("table"), "INFOTABLE needs"),
                arguments(BaseType.BLOB, Value.string("***"), "BLOB needs"),
                arguments(BaseType.VEC4, new Value.Vector(BaseType.VEC2, List.of(1.0, 2.0)), "VEC4 needs"));
    }

    @ParameterizedTest(name = "{1} as {0}")
    @MethodSource
    void doesNotFit(BaseType type, Value sent, String why) {
        assertThatThrownBy(() -> Coercion.to(type, sent))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsNothingOfEveryType(BaseType type) throws Exception {
        assertThat(Coercion.to(type, Value.NOTHING)).isEqualTo(Value.NOTHING);
    }

    @Test
    void followsVariantsHoweverDeep() throws Exception {
        Value value = Value.number(3);
        for (int i = 0; i < 16; i++) {
            value = new Value.Variant(value);
        }
        assertThat(Coercion.to(BaseType.STRING, value)).isEqualTo(Value.string("3.0"));
    }

    private static Value json(String text) throws InvalidValueException {
        return new Value.Json(BaseType.JSON, Json.read(text));
    }

    private static Value empty() {
        return new Value.Table(new Infotable(List.of(), List.of()));
    }
}
