package org.steadfast.protocol.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/**
 * Typed values and infotables in the device protocol's bytes (device protocol, sections 4 and 5). The same bytes are what shared
 * state and the database hold for a property. Stateless.
 */
public final class ValueCodec {
    /** Deepest nesting of infotables and variants; deeper bytes are refused, so that nobody can exhaust a stack. */
    public static final int MAX_NESTING = 16;

    private static final int FIELD_OR_ROW = 1;
    private static final int END = 0;

    private ValueCodec() {}

    /** Appends a value: its type byte, then its payload. */
    public static void write(WireWriter out, Value value) {
        out.writeByte(value.baseType().code());
        if (value instanceof Value.Text text) {
            out.writeString(text.text());
        } else if (value instanceof Value.Number number) {
            out.writeDouble(number.number());
        } else if (value instanceof Value.Bool bool) {
            out.writeByte(bool.truth() ? 1 : 0);
        } else if (value instanceof Value.Datetime datetime) {
            out.writeLong(datetime.epochMillis());
        } else if (value instanceof Value.Timespan timespan) {
            out.writeLong(timespan.millis());
        } else if (value instanceof Value.Table table) {
            writeInfotable(out, table.infotable());
        } else if (value instanceof Value.Location location) {
            out.writeDouble(location.longitude())
                    .writeDouble(location.latitude())
                    .writeDouble(location.elevation());
        } else if (value instanceof Value.Json document) {
            out.writeString(Json.write(document.node()));
        } else if (value instanceof Value.Bytes bytes) {
            out.writeInt(bytes.bytes().length).writeBytes(bytes.bytes());
        } else if (value instanceof Value.Variant variant) {
            write(out, variant.inner());
        } else if (value instanceof Value.Int integer) {
            out.writeInt(integer.number());
        } else if (value instanceof Value.Long integer) {
            out.writeLong(integer.number());
        } else if (value instanceof Value.Vector vector) {
            vector.components().forEach(out::writeDouble);
        } else if (value instanceof Value.ThingCode code) {
            out.writeInt(code.domainId()).writeInt(code.instanceId());
        }
    }

    /** The bytes of one value. */
    public static byte[] toBytes(Value value) {
        WireWriter out = new WireWriter(32);
        write(out, value);
        return out.toByteArray();
    }

    /** Reads one value: its type byte, then its payload. */
    public static Value read(WireReader in) throws CodecException {
        return read(in, 0);
    }

    /** Appends an infotable. */
    public static void writeInfotable(WireWriter out, Infotable table) {
        for (FieldDefinition field : table.fields()) {
            out.writeByte(FIELD_OR_ROW).writeString(field.name()).writeString(field.description());
            out.writeByte(field.baseType().code()).writeShort(field.aspects().size());
            for (Map.Entry<String, Value> aspect : field.aspects().entrySet()) {
                out.writeString(aspect.getKey());
                write(out, aspect.getValue());
            }
        }
        out.writeByte(END);
        for (List<Value> row : table.rows()) {
            // As short as it is: filling up many short rows of many fields would swell what somebody sends us.
            out.writeByte(FIELD_OR_ROW).writeShort(row.size());
            row.forEach(cell -> write(out, cell));
        }
        out.writeByte(END);
    }

    /** Reads an infotable. */
    public static Infotable readInfotable(WireReader in) throws CodecException {
        return readInfotable(in, 0);
    }

    private static Value read(WireReader in, int depth) throws CodecException {
        if (depth > MAX_NESTING) {
            throw new CodecException("values are nested more than " + MAX_NESTING + " deep");
        }
        BaseType type = readType(in, "value type");
        return switch (type.form()) {
            case NOTHING -> Value.NOTHING;
            case TEXT -> new Value.Text(type, in.readString("text"));
            case NUMBER -> new Value.Number(in.readDouble("number"));
            case BOOLEAN -> new Value.Bool(in.readByte("boolean") != 0);
            case DATETIME -> new Value.Datetime(in.readLong("datetime"));
            case TIMESPAN -> new Value.Timespan(in.readLong("timespan"));
            case INFOTABLE -> new Value.Table(readInfotable(in, depth + 1));
            case LOCATION ->
                new Value.Location(in.readDouble("longitude"), in.readDouble("latitude"), in.readDouble("elevation"));
            case JSON -> readDocument(in, type);
            case BYTES -> new Value.Bytes(type, in.readBytes(in.readInt("length of bytes"), "bytes"));
            case VARIANT -> new Value.Variant(read(in, depth + 1));
            case INTEGER -> new Value.Int(in.readInt("integer"));
            case LONG -> new Value.Long(in.readLong("long"));
            case VECTOR -> readVector(in, type);
            case THINGCODE -> new Value.ThingCode(in.readInt("domain id"), in.readInt("instance id"));
        };
    }

    private static BaseType readType(WireReader in, String what) throws CodecException {
        byte code = in.readByte(what);
        return BaseType.ofCode(code)
                .orElseThrow(() -> new CodecException("unknown base type code " + code + " as " + what));
    }

    private static Value readDocument(WireReader in, BaseType type) throws CodecException {
        String text = in.readString("JSON text");
        try {
            return text.isEmpty() ? Value.NOTHING : new Value.Json(type, Json.read(text));
        } catch (InvalidValueException e) {
            throw new CodecException(e.getMessage(), e);
        }
    }

    private static Value readVector(WireReader in, BaseType type) throws CodecException {
        List<Double> components = new ArrayList<>();
        for (int i = 0; i < Value.Vector.dimensions(type); i++) {
            components.add(in.readDouble("vector component"));
        }
        return new Value.Vector(type, components);
    }

    private static Infotable readInfotable(WireReader in, int depth) throws CodecException {
        if (depth > MAX_NESTING) {
            throw new CodecException("infotables are nested more than " + MAX_NESTING + " deep");
        }
        List<FieldDefinition> fields = new ArrayList<>();
        while (isNext(in, "field mark")) {
            fields.add(readField(in, depth));
        }
        List<List<Value>> rows = new ArrayList<>();
        while (isNext(in, "row mark")) {
            rows.add(readRow(in, fields.size(), depth));
        }
        return new Infotable(fields, rows);
    }

    private static boolean isNext(WireReader in, String what) throws CodecException {
        int mark = in.readUnsignedByte(what);
        if (mark != FIELD_OR_ROW && mark != END) {
            throw new CodecException(what + " is " + mark + ", not 0 or 1");
        }
        return mark == FIELD_OR_ROW;
    }

    private static FieldDefinition readField(WireReader in, int depth) throws CodecException {
        String name = in.readString("field name");
        String description = in.readString("field description");
        BaseType type = readType(in, "field type");
        int count = in.readUnsignedShort("aspect count");
        if (count == 0) {
            return new FieldDefinition(name, description, type, Map.of());
        }
        Map<String, Value> aspects = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            aspects.put(in.readString("aspect name"), read(in, depth + 1));
        }
        return new FieldDefinition(name, description, type, aspects);
    }

    private static List<Value> readRow(WireReader in, int fieldCount, int depth) throws CodecException {
        int count = in.readUnsignedShort("cell count");
        if (count > fieldCount) {
            throw new CodecException("a row has " + count + " cells for " + fieldCount + " fields");
        }
        Value[] cells = new Value[count];
        for (int i = 0; i < count; i++) {
            cells[i] = read(in, depth + 1);
        }
        return List.of(cells);
    }
}
