package org.steadfast.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.steadfast.protocol.Samples.hex;
import static org.steadfast.protocol.Samples.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.protocol.Samples;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

class ValueCodecTest {

    static List<Value> values() {
        return Samples.values();
    }

    static Stream<Arguments> bytesOfValues() {
        return Stream.of(
                arguments(Value.NOTHING, "ff"),
                arguments(Value.string("a€"), "00 04 61e282ac"),
                arguments(new Value.Text(BaseType.THINGNAME, "T"), "64 01 54"),
                arguments(new Value.Text(BaseType.TAGS, "V:t;W:u"), "10 07 563a743b573a75"),
                arguments(new Value.Text(BaseType.NOTIFICATIONCONTENTNAME, ""), "80 00"),
                arguments(Value.number(5), "01 4014000000000000"),
                arguments(new Value.Bool(true), "02 01"),
                arguments(new Value.Datetime(1_795_368_431_743L), "03 000001a2044c307f"),
                arguments(new Value.Timespan(-2), "04 fffffffffffffffe"),
                arguments(new Value.Table(new Infotable(List.of(), List.of())), "05 00 00"),
                arguments(
                        new Value.Location(42.36, -71.06, 10), "06 40452e147ae147ae c051c3d70a3d70a4 4024000000000000"),
                arguments(json(BaseType.JSON, " { \"a\" : [ 1 , 2.0 ] } "), "08 0d 7b2261223a5b312c322e305d7d"),
                arguments(json(BaseType.QUERY, "null"), "09 04 6e756c6c"),
                arguments(new Value.Bytes(BaseType.IMAGE, new byte[] {1, 2}), "0a 00000002 0102"),
                arguments(new Value.Bytes(BaseType.BLOB, new byte[0]), "15 00000000"),
                arguments(new Value.Variant(new Value.Variant(new Value.Int(-1))), "12 12 16 ffffffff"),
                arguments(new Value.Variant(Value.NOTHING), "12 ff"),
                arguments(new Value.Long(1), "17 0000000000000001"),
                arguments(new Value.Vector(BaseType.VEC2, List.of(5.0, 0.0)), "7c 4014000000000000 0000000000000000"),
                arguments(new Value.ThingCode(1, -1), "7f 00000001 ffffffff"));
    }

    @ParameterizedTest
    @MethodSource("bytesOfValues")
    void aValueHasExactlyTheBytesOfTheProtocol(Value value, String hex) throws Exception {
        assertThat(ValueCodec.toBytes(value)).isEqualTo(hex(hex));
        assertThat(read(hex(hex))).isEqualTo(value);
    }

    @ParameterizedTest
    @MethodSource("values")
    void everyValueComesBackAsItWas(Value value) throws Exception {
        byte[] bytes = ValueCodec.toBytes(value);
        WireReader in = new WireReader(bytes);
        assertThat(ValueCodec.read(in)).isEqualTo(value);
        assertThat(in.remaining()).isZero();
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueThatBreaksOffIsRefused(Value value) {
        byte[] bytes = ValueCodec.toBytes(value);
        for (int length = 0; length < bytes.length; length++) {
            byte[] part = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> read(part))
                    .as("first %d of %d bytes", length, bytes.length)
                    .isInstanceOf(CodecException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"0,00", "1,01", "127,7f", "128,80000080", "129,80000081", "70000,80011170"})
    void aStringOfAnyLengthComesBack(int length, String prefix) throws Exception {
        byte[] ascii = ValueCodec.toBytes(Value.string("x".repeat(length)));
        assertThat(ascii).startsWith(hex("00" + prefix)).hasSize(1 + prefix.length() / 2 + length);
        assertThat(read(ascii)).isEqualTo(Value.string("x".repeat(length)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ü", "€", "😀", "\u0000", "\uFFFF"})
    void theLengthOfAStringCountsBytesAndNotCharacters(String character) throws Exception {
        int size = character.getBytes(StandardCharsets.UTF_8).length;
        for (int count : new int[] {127 / size, 128 / size, 128 / size + 1}) {
            String text = character.repeat(count);
            byte[] bytes = ValueCodec.toBytes(Value.string(text));
            assertThat(bytes).hasSize(1 + (count * size < 128 ? 1 : 4) + count * size);
            assertThat(read(bytes)).isEqualTo(Value.string(text));
        }
    }

    @Test
    void aShortStringWithALongLengthIsUnderstood() throws Exception {
        assertThat(read(hex("00 80000001 61"))).isEqualTo(Value.string("a"));
    }

    @Test
    void aJsonNumberKeepsItsDigits() throws Exception {
        Value.Json document =
                (Value.Json) read(ValueCodec.toBytes(json(BaseType.JSON, "[100.0,24.0,1e-7,12345678901234567890.50]")));
        assertThat(document.node()).hasToString("[100.0,24.0,1E-7,12345678901234567890.50]");
    }

    @Test
    void halfACharacterInAJsonTextIsNotLost() throws Exception {
        Value read = read(ValueCodec.toBytes(json(BaseType.JSON, "{\"a\":\"\\ud83d\"}")));
        assertThat(read).isEqualTo(json(BaseType.JSON, "{\"a\":\"\\ud83d\"}"));
    }

    @Test
    void anEmptyJsonTextIsNoValue() throws Exception {
        assertThat(read(hex("08 00"))).isEqualTo(Value.NOTHING);
    }

    @Test
    void aTextThatIsNotJsonIsRefusedWhereJsonIsNeeded() {
        assertThatThrownBy(() -> read(hex("08 01 7b")))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("not JSON");
    }

    @Test
    void aRowShorterThanItsFieldsComesBackAsShort() throws Exception {
        byte[] bytes = hex("05 01 01 61 00 00 0000 01 01 62 00 00 0000 00 01 0001 00 01 78 01 0000 00");
        Value.Table table = (Value.Table) read(bytes);
        assertThat(table.infotable().rows()).containsExactly(List.of(Value.string("x")), List.of());
        assertThat(table.infotable().first("b")).isEqualTo(Value.NOTHING);
        assertThat(ValueCodec.toBytes(table)).isEqualTo(bytes);
    }

    @Test
    void manyEmptyRowsOfManyFieldsDoNotSwellWhenTheyAreSentOn() throws Exception {
        WireWriter out = new WireWriter();
        out.writeByte(5);
        for (int i = 0; i < 5_000; i++) {
            out.writeByte(1).writeShort(0).writeByte(0).writeShort(0);
        }
        out.writeByte(0);
        for (int i = 0; i < 5_000; i++) {
            out.writeByte(1).writeShort(0);
        }
        byte[] bytes = out.writeByte(0).toByteArray();
        assertThat(ValueCodec.toBytes(read(bytes))).hasSize(bytes.length);
    }

    @Test
    void moreFieldsThanARowCanHoldCanStillBeSentOn() throws Exception {
        WireWriter out = new WireWriter();
        out.writeByte(5);
        for (int i = 0; i < 70_000; i++) {
            out.writeByte(1).writeShort(0).writeByte(0).writeShort(0);
        }
        byte[] bytes = out.writeByte(0).writeByte(1).writeShort(0).writeByte(0).toByteArray();
        assertThat(ValueCodec.toBytes(read(bytes))).isEqualTo(bytes);
    }

    @Test
    void nestingIsFollowedDownToItsLimitAndRefusedBelow() throws Exception {
        byte[] deepest = new byte[ValueCodec.MAX_NESTING + 1];
        Arrays.fill(deepest, BaseType.VARIANT.code());
        deepest[ValueCodec.MAX_NESTING] = BaseType.NOTHING.code();
        assertThat(ValueCodec.toBytes(read(deepest))).isEqualTo(deepest);

        byte[] tooDeep = new byte[ValueCodec.MAX_NESTING + 2];
        Arrays.fill(tooDeep, BaseType.VARIANT.code());
        tooDeep[ValueCodec.MAX_NESTING + 1] = BaseType.NOTHING.code();
        assertThatThrownBy(() -> read(tooDeep))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("nested more than 16 deep");
    }

    @Test
    void aTableOfAllValuesComesBack() throws Exception {
        List<FieldDefinition> fields = Samples.values().stream()
                .map(value -> new FieldDefinition("f", value.baseType()))
                .toList();
        Infotable table = new Infotable(fields, List.of(Samples.values(), List.of(), Samples.values()));
        WireWriter out = new WireWriter(0);
        ValueCodec.writeInfotable(out, table);
        assertThat(ValueCodec.readInfotable(new WireReader(out.toByteArray()))).isEqualTo(table);
    }

    private static Value read(byte[] bytes) throws CodecException {
        return ValueCodec.read(new WireReader(bytes));
    }
}
