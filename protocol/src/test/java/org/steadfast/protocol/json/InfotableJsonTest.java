package org.steadfast.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.steadfast.protocol.Samples.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.steadfast.protocol.Samples;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

class InfotableJsonTest {
    private static final FieldDefinition A = new FieldDefinition("a", BaseType.NUMBER);
    private static final FieldDefinition B = new FieldDefinition("b", BaseType.STRING);

    @Test
    void aScalarResultLooksExactlyAsClientsKnowIt() throws Exception {
        assertThat(Json.read(write(Infotable.result(Value.number(746)))))
                .isEqualTo(
                        Json.read(
                                "{\"dataShape\":{\"fieldDefinitions\":{\"result\":{\"aspects\":{},\"baseType\":\"NUMBER\","
                                        + "\"description\":\"\",\"name\":\"result\",\"ordinal\":0}}},\"rows\":[{\"result\":746.0}]}"));
    }

    @Test
    void absentCellsAreLeftOut() throws Exception {
        Infotable table = new Infotable(
                List.of(A, B, new FieldDefinition("c", BaseType.LOCATION)),
                List.of(
                        List.of(Value.number(1), Value.NOTHING, new Value.Location(1, Double.NaN, 0)),
                        List.of(Value.number(Double.NaN), Value.string("x")),
                        List.of()));
        assertThat(Json.read(write(table)).get("rows")).isEqualTo(Json.read("[{\"a\":1.0},{\"b\":\"x\"},{}]"));
    }

    @Test
    void aCellIsWrittenByItsOwnTypeAndNotByThatOfItsField() throws Exception {
        assertThat(Json.read(write(Infotable.single(A, Value.string("12")))).get("rows"))
                .isEqualTo(Json.read("[{\"a\":\"12\"}]"));
    }

    @Test
    void aJsonCellIsANestedObjectAndATableCellANestedTable() throws Exception {
        Infotable table = new Infotable.Builder(
                        new FieldDefinition("j", BaseType.JSON), new FieldDefinition("t", BaseType.INFOTABLE))
                .row(json(BaseType.JSON, "{\"x\":100.0}"), new Value.Table(Infotable.single(A, Value.number(1))))
                .build();
        assertThat(Json.read(write(table)).get("rows"))
                .isEqualTo(Json.read(
                        "[{\"j\":{\"x\":100.0},\"t\":{\"dataShape\":{\"fieldDefinitions\":{\"a\":{\"name\":\"a\",\"description\":\"\","
                                + "\"baseType\":\"NUMBER\",\"ordinal\":0,\"aspects\":{}}}},\"rows\":[{\"a\":1.0}]}}]"));
    }

    @Test
    void everyTableComesBackAsItWas() throws Exception {
        assertComesBack(Samples.table());
        assertComesBack(new Infotable(List.of(), List.of()));
        assertComesBack(new Infotable(List.of(A), List.of()));
        List<Value> values = Samples.values().stream()
                .filter(value -> !value.equals(Value.number(-0.0)))
                .toList();
        List<FieldDefinition> fields = IntStream.range(0, values.size())
                .mapToObj(i -> new FieldDefinition("f" + i, values.get(i).baseType()))
                .toList();
        assertComesBack(new Infotable(fields, List.of(values, values)));
    }

    private static void assertComesBack(Infotable table) throws Exception {
        assertThat(InfotableJson.read(Json.read(write(table)), List.of())).isEqualTo(table);
    }

    @Test
    void fieldsStandInTheOrderOfTheirOrdinals() throws Exception {
        Infotable table = read(
                "{\"rows\":[{\"b\":\"x\",\"a\":1}],\"dataShape\":{\"name\":\"S\",\"fieldDefinitions\":{"
                        + "\"b\":{\"baseType\":\"STRING\",\"ordinal\":1},\"a\":{\"baseType\":\"number\",\"ordinal\":0}}}}",
                List.of());
        assertThat(table)
                .isEqualTo(new Infotable.Builder(A, B)
                        .row(Value.number(1), Value.string("x"))
                        .build());
    }

    @Test
    void theShapeOfTheParameterStandsInWhereTheClientSendsRowsAlone() throws Exception {
        assertThat(read("{\"rows\":[{\"b\":5,\"zzz\":1},{\"a\":null}]}", List.of(A, B)))
                .isEqualTo(new Infotable.Builder(A, B)
                        .row(Value.NOTHING, Value.string("5"))
                        .row(Value.NOTHING, Value.NOTHING)
                        .build());
        assertThat(read("{}", List.of(A))).isEqualTo(new Infotable(List.of(A), List.of()));
    }

    @Test
    void aspectsComeBackWithTheTypesOfTheirJson() throws Exception {
        Map<String, Value> aspects = new LinkedHashMap<>();
        aspects.put("isPrimaryKey", new Value.Bool(true));
        aspects.put("maximumValue", Value.number(10));
        aspects.put("units", Value.string("°C"));
        aspects.put("defaultValue", json(BaseType.JSON, "{\"a\":1}"));
        FieldDefinition field = new FieldDefinition("f", "d", BaseType.NUMBER, aspects);
        Infotable table = new Infotable(List.of(field), List.of());
        assertThat(InfotableJson.read(Json.read(write(table)), List.of())).isEqualTo(table);
    }

    @Test
    void aRefusalNamesTheRowTheFieldAndTheType() {
        assertRefused(
                "{\"rows\":[{\"a\":1},{\"a\":\"x\"}]}", "row 1, field a: NUMBER needs a number, not \"x\"", List.of(A));
        assertRefused(
                "{\"dataShape\":{\"fieldDefinitions\":{\"q\":{\"baseType\":\"FLOAT\"}}}}",
                "field q has the unknown base type [FLOAT]",
                List.of());
        assertRefused("5", "INFOTABLE needs an object with rows", List.of(A));
    }

    @Test
    void anOrdinalOfAbsurdSizeDoesNoHarm() throws Exception {
        assertThat(read(
                        "{\"dataShape\":{\"fieldDefinitions\":{\"a\":{\"baseType\":\"NUMBER\",\"ordinal\":1e9999}}}}",
                        List.of()))
                .isEqualTo(new Infotable(List.of(A), List.of()));
    }

    @Test
    void aWideTableWithFewCellsIsAccepted() throws Exception {
        String rows = "{\"f9\":1},".repeat(9_999) + "{}";
        Infotable table = read(wide(100, rows), List.of());
        assertThat(table.rows()).hasSize(10_000);
        assertThat(table.cell(9_998, "f9")).isEqualTo(Value.number(1));
    }

    @Test
    @Timeout(20)
    void emptyRowsOfVeryManyFieldsAreRefusedBeforeTheyFillTheMemory() {
        assertRefused(wide(20_000, "{},".repeat(100_000) + "{}"), "INFOTABLE", List.of());
        assertRefused(wide(20_000, "{\"f19999\":1},".repeat(50_000) + "{}"), "INFOTABLE", List.of());
    }

    @Test
    void moreFieldsOrAspectsThanDevicesCanBeSentAreRefused() throws Exception {
        assertThat(read(wide(65_535, "{}"), List.of()).fields()).hasSize(65_535);
        assertRefused(wide(65_536, "{}"), "INFOTABLE", List.of());
        String aspects =
                IntStream.range(0, 65_536).mapToObj(i -> "\"" + i + "\":1").collect(Collectors.joining(","));
        assertRefused(
                "{\"dataShape\":{\"fieldDefinitions\":{\"a\":{\"baseType\":\"NUMBER\",\"aspects\":{" + aspects
                        + "}}}}}",
                "aspects",
                List.of());
    }

    private static String wide(int fields, String rows) {
        String definitions = IntStream.range(0, fields)
                .mapToObj(i -> "\"f" + i + "\":{\"baseType\":\"NUMBER\",\"ordinal\":" + i + "}")
                .collect(Collectors.joining(","));
        return "{\"dataShape\":{\"fieldDefinitions\":{" + definitions + "}},\"rows\":[" + rows + "]}";
    }

    private static void assertRefused(String text, String message, List<FieldDefinition> known) {
        assertThatThrownBy(() -> read(text, known))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining(message);
    }

    private static Infotable read(String text, List<FieldDefinition> known) throws InvalidValueException {
        JsonNode node = Json.read(text);
        return InfotableJson.read(node, known);
    }

    private static String write(Infotable table) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = Json.mapper().createGenerator(text)) {
            InfotableJson.write(generator, table);
        }
        return text.toString();
    }
}
