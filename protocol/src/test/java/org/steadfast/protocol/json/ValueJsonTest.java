package org.steadfast.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.steadfast.protocol.Samples.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.steadfast.protocol.Samples;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.ValueCodec;
import org.steadfast.protocol.wire.WireReader;

class ValueJsonTest {

    static List<Value> values() {
        return Samples.values();
    }

    @ParameterizedTest
    @MethodSource("values")
    void everyValueComesBackAsItWas(Value value) throws Exception {
        // Of a zero, only the sign is lost: the numbers of JSON documents are decimal and have none there.
        Value expected = value.equals(Value.number(-0.0)) ? Value.number(0) : value;
        assertThat(ValueJson.read(Json.read(write(value)), value.baseType())).isEqualTo(expected);
    }

    static Stream<Arguments> written() {
        return Stream.of(
                arguments(Value.number(24), "24.0"),
                arguments(Value.number(Double.NaN), "null"),
                arguments(Value.number(Double.NEGATIVE_INFINITY), "null"),
                arguments(new Value.Int(24), "24"),
                arguments(new Value.Long(Long.MAX_VALUE), "9223372036854775807"),
                arguments(Value.string("{\"a\":1}"), "\"{\\\"a\\\":1}\""),
                arguments(new Value.Text(BaseType.THINGNAME, "Pump"), "\"Pump\""),
                arguments(new Value.Bool(false), "false"),
                arguments(new Value.Datetime(1_795_368_431_743L), "1795368431743"),
                arguments(new Value.Timespan(90_000), "90000"),
                arguments(
                        new Value.Location(42.36, -71.06, 0),
                        "{\"latitude\":-71.06,\"longitude\":42.36,\"elevation\":0.0,\"units\":\"WGS84\"}"),
                arguments(new Value.Location(Double.NaN, 1, 0), "null"),
                arguments(json(BaseType.JSON, "{\"a\":[1]}"), "{\"a\":[1]}"),
                arguments(json(BaseType.JSON, "[1,2]"), "{\"array\":[1,2]}"),
                arguments(json(BaseType.JSON, "100.0"), "100.0"),
                arguments(json(BaseType.QUERY, "{\"sorts\":[]}"), "{\"sorts\":[]}"),
                arguments(new Value.Variant(Value.number(1)), "{\"baseType\":\"NUMBER\",\"value\":1.0}"),
                arguments(new Value.Variant(Value.NOTHING), "{\"baseType\":\"NOTHING\",\"value\":null}"),
                arguments(
                        new Value.Text(BaseType.TAGS, "V:a;W:b:c"),
                        "[{\"vocabulary\":\"V\",\"vocabularyTerm\":\"a\"},{\"vocabulary\":\"W\",\"vocabularyTerm\":\"b:c\"}]"),
                arguments(new Value.Text(BaseType.TAGS, ""), "[]"),
                arguments(new Value.Bytes(BaseType.BLOB, new byte[] {-1, -2, -3, -4}), "\"//79/A==\""),
                arguments(new Value.Vector(BaseType.VEC3, List.of(1.0, 2.0, 3.5)), "{\"x\":1.0,\"y\":2.0,\"z\":3.5}"),
                arguments(new Value.Vector(BaseType.VEC2, List.of(Double.NaN, 2.0)), "null"),
                arguments(new Value.ThingCode(1, 2), "{\"domainId\":1,\"instanceId\":2}"),
                arguments(Value.NOTHING, "null"));
    }

    @ParameterizedTest
    @MethodSource("written")
    void clientsGetEachBaseTypeInItsForm(Value value, String text) throws Exception {
        assertThat(write(value)).isEqualTo(text);
    }

    static Stream<Arguments> accepted() {
        return Stream.of(
                arguments("NUMBER", "24", Value.number(24)),
                arguments("NUMBER", "-2.5e3", Value.number(-2500)),
                arguments("NUMBER", "\"12\"", Value.number(12)),
                arguments("NUMBER", "\" 12.50 \"", Value.number(12.5)),
                arguments("NUMBER", "\"1e3\"", Value.number(1000)),
                arguments("NUMBER", "1e-999", Value.number(0)),
                arguments("NUMBER", "null", Value.NOTHING),
                arguments("INTEGER", "7", new Value.Int(7)),
                arguments("INTEGER", "7.9", new Value.Int(7)),
                arguments("INTEGER", "-7.9", new Value.Int(-7)),
                arguments("INTEGER", "\"7\"", new Value.Int(7)),
                arguments("INTEGER", "1e3", new Value.Int(1000)),
                arguments("INTEGER", "1e-9999", new Value.Int(0)),
                arguments("INTEGER", "-2147483648", new Value.Int(Integer.MIN_VALUE)),
                arguments("LONG", "9223372036854775807", new Value.Long(Long.MAX_VALUE)),
                arguments("LONG", "\"-9223372036854775808\"", new Value.Long(Long.MIN_VALUE)),
                arguments("LONG", "1.99", new Value.Long(1)),
                arguments("STRING", "\"a\"", Value.string("a")),
                arguments("STRING", "\"\"", Value.string("")),
                arguments("STRING", "5", Value.string("5")),
                arguments("STRING", "24.0", Value.string("24.0")),
                arguments("STRING", "100.0", Value.string("100.0")),
                arguments("STRING", "true", Value.string("true")),
                arguments("STRING", "{\"a\": [1, 100.0]}", Value.string("{\"a\":[1,100.0]}")),
                arguments("STRING", "[]", Value.string("[]")),
                arguments("STRING", "null", Value.NOTHING),
                arguments("THINGNAME", "12", new Value.Text(BaseType.THINGNAME, "12")),
                arguments("GUID", "\"g\"", new Value.Text(BaseType.GUID, "g")),
                arguments("XML", "\"<a/>\"", new Value.Text(BaseType.XML, "<a/>")),
                arguments("SCHEDULE", "\"0 0 * * *\"", new Value.Text(BaseType.SCHEDULE, "0 0 * * *")),
                arguments("BOOLEAN", "true", new Value.Bool(true)),
                arguments("BOOLEAN", "\"TRUE\"", new Value.Bool(true)),
                arguments("BOOLEAN", "\"true\"", new Value.Bool(true)),
                arguments("BOOLEAN", "\"false\"", new Value.Bool(false)),
                arguments("BOOLEAN", "\"yes\"", new Value.Bool(false)),
                arguments("BOOLEAN", "\"\"", new Value.Bool(false)),
                arguments("BOOLEAN", "1", new Value.Bool(true)),
                arguments("BOOLEAN", "-0.5", new Value.Bool(true)),
                arguments("BOOLEAN", "0", new Value.Bool(false)),
                arguments("BOOLEAN", "0.0", new Value.Bool(false)),
                arguments("DATETIME", "1795368431743", new Value.Datetime(1_795_368_431_743L)),
                arguments("DATETIME", "1795368431743.9", new Value.Datetime(1_795_368_431_743L)),
                arguments("DATETIME", "1.795368431743e12", new Value.Datetime(1_795_368_431_743L)),
                arguments("DATETIME", "\"1795368431743\"", new Value.Datetime(1_795_368_431_743L)),
                arguments("DATETIME", "\"1795368431743.25\"", new Value.Datetime(1_795_368_431_743L)),
                arguments("DATETIME", "\"-1\"", new Value.Datetime(-1)),
                arguments("DATETIME", "\"2026-11-22T18:00:00.000Z\"", at("2026-11-22T18:00:00Z")),
                arguments("DATETIME", "\"2026-11-22T18:00:00+02:00\"", at("2026-11-22T16:00:00Z")),
                arguments("DATETIME", "\"2026-11-22T18:00:00.5-0130\"", at("2026-11-22T19:30:00.500Z")),
                arguments("DATETIME", "\"2026-11-22T18:00:00\"", at("2026-11-22T18:00:00Z")),
                arguments("DATETIME", "\"2026-11-22 18:00:00\"", at("2026-11-22T18:00:00Z")),
                arguments("DATETIME", "\"2026-11-22T18:00\"", at("2026-11-22T18:00:00Z")),
                arguments("DATETIME", "\"\"", Value.NOTHING),
                arguments("DATETIME", "null", Value.NOTHING),
                arguments("TIMESPAN", "90000", new Value.Timespan(90_000)),
                arguments(
                        "LOCATION",
                        "{\"latitude\":1,\"longitude\":\"2.5\",\"elevation\":3,\"units\":\"WGS84\"}",
                        new Value.Location(2.5, 1, 3)),
                arguments("LOCATION", "{\"latitude\":1,\"longitude\":2}", new Value.Location(2, 1, 0)),
                arguments("LOCATION", "\"1.5,2.5,3.5\"", new Value.Location(2.5, 1.5, 3.5)),
                arguments("LOCATION", "\"1.5, 2.5\"", new Value.Location(2.5, 1.5, 0)),
                arguments("JSON", "{\"a\":1}", json(BaseType.JSON, "{\"a\":1}")),
                arguments("JSON", "[1]", json(BaseType.JSON, "[1]")),
                arguments("JSON", "{\"array\":[1]}", json(BaseType.JSON, "[1]")),
                arguments("JSON", "{\"array\":[1],\"b\":2}", json(BaseType.JSON, "{\"array\":[1],\"b\":2}")),
                arguments("JSON", "\"{\\\"a\\\": 1.0}\"", json(BaseType.JSON, "{\"a\":1.0}")),
                arguments("JSON", "5", json(BaseType.JSON, "5")),
                arguments(
                        "QUERY",
                        "{\"filters\":{\"type\":\"EQ\"}}",
                        json(BaseType.QUERY, "{\"filters\":{\"type\":\"EQ\"}}")),
                arguments("QUERY", "\"{\\\"filters\\\":{}}\"", json(BaseType.QUERY, "{\"filters\":{}}")),
                arguments("VARIANT", "{\"baseType\":\"integer\",\"value\":\"5\"}", new Value.Variant(new Value.Int(5))),
                arguments("VARIANT", "{\"baseType\":\"STRING\",\"value\":null}", new Value.Variant(Value.NOTHING)),
                arguments("VARIANT", "5", new Value.Variant(Value.number(5))),
                arguments("VARIANT", "\"5\"", new Value.Variant(Value.string("5"))),
                arguments("VARIANT", "true", new Value.Variant(new Value.Bool(true))),
                arguments("VARIANT", "{\"value\":1}", new Value.Variant(json(BaseType.JSON, "{\"value\":1}"))),
                arguments("VARIANT", "null", Value.NOTHING),
                arguments(
                        "TAGS",
                        "[{\"vocabulary\":\"V\",\"vocabularyTerm\":\"a\"},{\"vocabulary\":\"W\",\"vocabularyTerm\":\"b\"}]",
                        new Value.Text(BaseType.TAGS, "V:a;W:b")),
                arguments("TAGS", "\"V:a;W:b\"", new Value.Text(BaseType.TAGS, "V:a;W:b")),
                arguments("TAGS", "[]", new Value.Text(BaseType.TAGS, "")),
                arguments("BLOB", "\"//79/A==\"", new Value.Bytes(BaseType.BLOB, new byte[] {-1, -2, -3, -4})),
                arguments("BLOB", "\"//79/A\"", new Value.Bytes(BaseType.BLOB, new byte[] {-1, -2, -3, -4})),
                arguments(
                        "IMAGE", "\"//79\\r\\n/A==\\n\"", new Value.Bytes(BaseType.IMAGE, new byte[] {-1, -2, -3, -4})),
                arguments("IMAGE", "\"\"", new Value.Bytes(BaseType.IMAGE, new byte[0])),
                arguments("VEC2", "{\"x\":1,\"y\":\"2\"}", new Value.Vector(BaseType.VEC2, List.of(1.0, 2.0))),
                arguments(
                        "VEC4",
                        "{\"x\":1,\"y\":2,\"z\":3,\"w\":4}",
                        new Value.Vector(BaseType.VEC4, List.of(1.0, 2.0, 3.0, 4.0))),
                arguments("THINGCODE", "{\"domainId\":1,\"instanceId\":2}", new Value.ThingCode(1, 2)),
                arguments(
                        "INFOTABLE",
                        "{\"dataShape\":{\"fieldDefinitions\":{\"a\":{\"baseType\":\"INTEGER\"}}},\"rows\":[{\"a\":\"5\"}]}",
                        new Value.Table(
                                Infotable.single(new FieldDefinition("a", BaseType.INTEGER), new Value.Int(5)))),
                arguments("NOTHING", "5", Value.NOTHING));
    }

    private static Value at(String instant) {
        return new Value.Datetime(Instant.parse(instant).toEpochMilli());
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void everyFormThatClientsSendIsAccepted(BaseType type, String text, Value value) throws Exception {
        assertThat(ValueJson.read(Json.read(text), type)).isEqualTo(value);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments("NUMBER", "\"abc\""),
                arguments("NUMBER", "\"\""),
                arguments("NUMBER", "\"NaN\""),
                arguments("NUMBER", "true"),
                arguments("NUMBER", "{}"),
                arguments("NUMBER", "[1]"),
                arguments("NUMBER", "1e400"),
                arguments("NUMBER", "\"-1e400\""),
                arguments("NUMBER", "\"1e999999999\""),
                arguments("NUMBER", "\"1e99999999999\""),
                arguments("NUMBER", "\"" + "1".repeat(65) + "\""),
                arguments("INTEGER", "2147483648"),
                arguments("INTEGER", "-2147483649"),
                arguments("INTEGER", "\"1e999999999\""),
                arguments("INTEGER", "\"x\""),
                arguments("INTEGER", "1e9999"),
                arguments("LONG", "9223372036854775808"),
                arguments("LONG", "\"1e999999999\""),
                arguments("LONG", "false"),
                arguments("TIMESPAN", "\"1 h\""),
                arguments("BOOLEAN", "{}"),
                arguments("BOOLEAN", "[true]"),
                arguments("DATETIME", "\"yesterday\""),
                arguments("DATETIME", "\"2026-13-22T18:00:00Z\""),
                arguments("DATETIME", "\"+999999999-01-01T00:00:00Z\""),
                arguments("DATETIME", "\"99999999999999999999\""),
                arguments("DATETIME", "\"1e999999999\""),
                arguments("DATETIME", "1e9999"),
                arguments("DATETIME", "true"),
                arguments("DATETIME", "{}"),
                arguments("LOCATION", "{\"latitude\":1}"),
                arguments("LOCATION", "{\"latitude\":1,\"longitude\":null}"),
                arguments("LOCATION", "{\"latitude\":1,\"longitude\":\"NaN\"}"),
                arguments("LOCATION", "\"1\""),
                arguments("LOCATION", "\"1,2,3,4\""),
                arguments("LOCATION", "\"a,b\""),
                arguments("LOCATION", "5"),
                arguments("LOCATION", "[1,2]"),
                arguments("JSON", "\"{\""),
                arguments("JSON", "\"\""),
                arguments("QUERY", "\"name = 5\""),
                arguments("VARIANT", "{\"baseType\":\"FLOAT\",\"value\":1}"),
                arguments("BLOB", "\"a\""),
                arguments("BLOB", "\"not base64!\""),
                arguments("IMAGE", "{}"),
                arguments("IMAGE", "5"),
                arguments("VEC2", "{\"x\":1}"),
                arguments("VEC3", "\"1,2,3\""),
                arguments("VEC4", "{\"x\":1,\"y\":2,\"z\":3,\"w\":1e999}"),
                arguments("THINGCODE", "{\"domainId\":1}"),
                arguments("THINGCODE", "{\"domainId\":1,\"instanceId\":2147483648}"),
                arguments("THINGCODE", "5"),
                arguments("INFOTABLE", "[]"),
                arguments("INFOTABLE", "\"{}\""));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatDoesNotFitIsRefusedWithTheNameOfItsBaseType(BaseType type, String text) throws Exception {
        JsonNode node = Json.read(text);
        assertThatThrownBy(() -> ValueJson.read(node, type))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining(type.name());
    }

    @Test
    void aRefusedVariantNamesTheTypeItClaims() {
        assertThatThrownBy(
                        () -> ValueJson.read(Json.read("{\"baseType\":\"NUMBER\",\"value\":\"x\"}"), BaseType.VARIANT))
                .isInstanceOf(InvalidValueException.class)
                .hasMessage("NUMBER needs a number, not \"x\"");
    }

    @Test
    void aRefusalDoesNotRepeatTheWholeInput() {
        assertThatThrownBy(() -> ValueJson.read(TextNode.valueOf("x".repeat(10_000)), BaseType.NUMBER))
                .hasMessage("NUMBER needs a number, not \"" + "x".repeat(59) + "...");
    }

    @ParameterizedTest
    @EnumSource(
            value = BaseType.class,
            names = {"INTEGER", "LONG", "NUMBER", "DATETIME", "TIMESPAN", "BOOLEAN", "STRING", "JSON", "VARIANT"})
    @Timeout(5)
    void aNumberWithAnAbsurdExponentIsNeverWrittenOut(BaseType type) throws Exception {
        for (String text : List.of("1e999999999", "-1e999999999", "1e-999999999", "1.5e2147483647", "0e2147483647")) {
            JsonNode number = DecimalNode.valueOf(new BigDecimal(text));
            for (JsonNode node : List.of(number, TextNode.valueOf(text))) {
                try {
                    Value value = ValueJson.read(node, type);
                    assertThat(write(value)).hasSizeLessThan(100);
                    assertThat(ValueCodec.toBytes(value)).hasSizeLessThan(100);
                } catch (InvalidValueException e) {
                    assertThat(e.getMessage()).hasSizeLessThan(200);
                }
            }
        }
    }

    @Test
    void numbersThatOtherCodeMakesAreReadToo() throws Exception {
        assertThat(ValueJson.read(DoubleNode.valueOf(2.5), BaseType.NUMBER)).isEqualTo(Value.number(2.5));
        for (double number : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            for (BaseType type : List.of(BaseType.NUMBER, BaseType.INTEGER, BaseType.DATETIME)) {
                assertThatThrownBy(() -> ValueJson.read(DoubleNode.valueOf(number), type))
                        .isInstanceOf(InvalidValueException.class)
                        .hasMessageContaining(type.name());
            }
        }
        JsonNode big = BigIntegerNode.valueOf(BigInteger.TEN.pow(300));
        assertThat(ValueJson.read(big, BaseType.NUMBER)).isEqualTo(Value.number(1e300));
        assertThatThrownBy(() -> ValueJson.read(big, BaseType.LONG)).isInstanceOf(InvalidValueException.class);
    }

    @Test
    void whateverJsonNestsCanBeReadBackFromItsBytes() throws Exception {
        for (String[] level : new String[][] {
            {"{\"baseType\":\"VARIANT\",\"value\":", "}"},
            {
                "{\"baseType\":\"INFOTABLE\",\"value\":{\"dataShape\":{\"fieldDefinitions\":{\"a\":"
                        + "{\"baseType\":\"VARIANT\"}}},\"rows\":[{\"a\":",
                "}]}}"
            },
            {
                "{\"baseType\":\"INFOTABLE\",\"value\":{\"dataShape\":{\"fieldDefinitions\":{\"a\":"
                        + "{\"baseType\":\"VARIANT\",\"aspects\":{\"b\":",
                "}}}}}}"
            }
        }) {
            List<Integer> accepted = new ArrayList<>();
            for (int depth = 1; depth < 30; depth++) {
                JsonNode node = Json.read(level[0].repeat(depth) + "5" + level[1].repeat(depth));
                try {
                    Value value = ValueJson.read(node, BaseType.VARIANT);
                    Infotable sent = Infotable.result(new Value.Table(Infotable.result(value)));
                    byte[] bytes = ValueCodec.toBytes(new Value.Table(sent));
                    assertThat(ValueCodec.read(new WireReader(bytes))).isEqualTo(new Value.Table(sent));
                    accepted.add(depth);
                } catch (InvalidValueException e) {
                    assertThat(e).hasMessageContaining("nested");
                }
            }
            assertThat(accepted).contains(1, 2, 3).doesNotContain(29);
        }
    }

    @Test
    void aPropertyWithoutAValueShowsTheDefaultOfItsType() {
        Map<BaseType, Value> defaults = Map.of(
                BaseType.NUMBER,
                Value.number(0),
                BaseType.INTEGER,
                new Value.Int(0),
                BaseType.LONG,
                new Value.Long(0),
                BaseType.BOOLEAN,
                new Value.Bool(false),
                BaseType.STRING,
                Value.string(""),
                BaseType.THINGNAME,
                new Value.Text(BaseType.THINGNAME, ""),
                BaseType.DATETIME,
                Value.NOTHING,
                BaseType.LOCATION,
                Value.NOTHING);
        defaults.forEach((type, value) -> assertThat(ValueJson.defaultOf(type)).isEqualTo(value));
    }

    private static String write(Value value) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = Json.mapper().createGenerator(text)) {
            ValueJson.write(generator, value);
        }
        return text.toString();
    }
}
