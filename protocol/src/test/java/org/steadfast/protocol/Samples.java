package org.steadfast.protocol;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** Values of every base type, and ways to write bytes down, for the tests of several packages. */
public final class Samples {
    private Samples() {}

    /** The bytes of hexadecimal digits; blanks between them are for the reader. */
    public static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replaceAll("\\s", ""));
    }

    /** At least one value of every base type, with the edges of each. */
    public static List<Value> values() {
        List<Value> values = new ArrayList<>();
        for (BaseType type : BaseType.values()) {
            addValues(values, type);
        }
        return values;
    }

    private static void addValues(List<Value> values, BaseType type) {
        switch (type.form()) {
            case NOTHING -> values.add(Value.NOTHING);
            case TEXT -> {
                String text = type == BaseType.TAGS ? "Plants:North;Lines:Füllung 3" : "Pumpe Süd, 5 €, 😀 \"a\"\\b\n";
                values.add(new Value.Text(type, text));
                values.add(new Value.Text(type, ""));
            }
            case NUMBER -> {
                for (double number :
                        new double[] {0, -0.0, 24, 746.5, -1e-300, Double.MAX_VALUE, Double.MIN_VALUE, 100}) {
                    values.add(new Value.Number(number));
                }
            }
            case BOOLEAN -> {
                values.add(new Value.Bool(true));
                values.add(new Value.Bool(false));
            }
            case DATETIME -> {
                values.add(new Value.Datetime(1_795_368_431_743L));
                values.add(new Value.Datetime(-1));
                values.add(new Value.Datetime(Long.MAX_VALUE));
            }
            case TIMESPAN -> values.add(new Value.Timespan(90_000));
            case INFOTABLE -> {
                values.add(new Value.Table(table()));
                values.add(new Value.Table(new Infotable(List.of(), List.of())));
            }
            case LOCATION -> values.add(new Value.Location(42.36, -71.06, 10));
            case JSON -> {
                values.add(
                        json(type, "{\"filters\":{\"type\":\"EQ\",\"value\":[1,2.50,100.0,-1e30,null,true,\"ü😀\"]}}"));
                values.add(json(type, "[]"));
                values.add(json(type, "{\"array\":[1],\"more\":{}}"));
            }
            case BYTES -> {
                values.add(new Value.Bytes(type, new byte[] {0, -1, 127, -128, 1}));
                values.add(new Value.Bytes(type, new byte[0]));
            }
            case VARIANT -> {
                values.add(new Value.Variant(Value.number(999)));
                values.add(new Value.Variant(Value.string("")));
                values.add(new Value.Variant(Value.NOTHING));
                values.add(new Value.Variant(new Value.Variant(new Value.Table(table()))));
            }
            case INTEGER -> {
                values.add(new Value.Int(Integer.MIN_VALUE));
                values.add(new Value.Int(42));
            }
            case LONG -> {
                values.add(new Value.Long(Long.MIN_VALUE));
                values.add(new Value.Long((1L << 53) + 1));
            }
            case VECTOR ->
                values.add(new Value.Vector(
                        type, List.of(1.5, -2.0, 0.0, 4e10).subList(0, Value.Vector.dimensions(type))));
            case THINGCODE -> values.add(new Value.ThingCode(7, -8));
        }
    }

    /** A table with aspects, an empty cell in the middle and one at the end. */
    public static Infotable table() {
        Map<String, Value> aspects = new LinkedHashMap<>();
        aspects.put("isPrimaryKey", new Value.Bool(true));
        aspects.put("units", Value.string("°C"));
        return new Infotable.Builder(
                        new FieldDefinition("name", "Name of it", BaseType.STRING, aspects),
                        new FieldDefinition("value", BaseType.NUMBER),
                        new FieldDefinition("note", BaseType.STRING))
                .row(Value.string("Temperatur"), Value.number(24), Value.string("ok"))
                .row(Value.string("Druck"), Value.NOTHING, Value.string("kaputt"))
                .row(Value.NOTHING, Value.number(-1), Value.NOTHING)
                .build();
    }

    /** A JSON value from its text. */
    public static Value.Json json(BaseType type, String text) {
        try {
            return new Value.Json(type, Json.read(text));
        } catch (InvalidValueException e) {
            throw new AssertionError(e);
        }
    }
}
