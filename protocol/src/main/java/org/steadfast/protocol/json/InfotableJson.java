package org.steadfast.protocol.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** Infotables in JSON: {@code {"dataShape":{"fieldDefinitions":{..}},"rows":[..]}}. Absent cells are left out. Stateless. */
public final class InfotableJson {
    /** Most fields of a table and most aspects of a field, as the device protocol counts them in 16 bits. */
    private static final int MAX_COUNT = 0xFFFF;
    /** Absent cells that a table may have in any case, and for each cell that is present. */
    private static final int FREE_ABSENT_CELLS = 100_000;

    private static final int ABSENT_CELLS_PER_CELL = 100;

    private InfotableJson() {}

    /** Writes a whole infotable as one object. */
    public static void write(JsonGenerator json, Infotable table) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("dataShape");
        json.writeObjectFieldStart("fieldDefinitions");
        for (int i = 0; i < table.fields().size(); i++) {
            FieldDefinition field = table.fields().get(i);
            json.writeFieldName(field.name());
            writeField(json, field, i);
        }
        json.writeEndObject();
        json.writeEndObject();
        json.writeArrayFieldStart("rows");
        for (List<Value> row : table.rows()) {
            writeRow(json, table.fields(), row);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** A whole infotable as one object. */
    public static JsonNode toJson(Infotable table) {
        try (TokenBuffer buffer = new TokenBuffer(Json.mapper(), false)) {
            JsonGenerator generator = buffer;
            write(generator, table);
            return Json.mapper().readTree(buffer.asParser());
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }

    /** Writes one field definition as an object; {@code ordinal} is its place among its siblings. */
    public static void writeField(JsonGenerator json, FieldDefinition field, int ordinal) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", field.name());
        json.writeStringField("description", field.description());
        json.writeStringField("baseType", field.baseType().name());
        json.writeNumberField("ordinal", ordinal);
        json.writeObjectFieldStart("aspects");
        for (Map.Entry<String, Value> aspect : field.aspects().entrySet()) {
            json.writeFieldName(aspect.getKey());
            ValueJson.write(json, aspect.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writeRow(JsonGenerator json, List<FieldDefinition> fields, List<Value> row) throws IOException {
        json.writeStartObject();
        for (int i = 0; i < row.size(); i++) {
            if (ValueJson.isWritable(row.get(i))) {
                json.writeFieldName(fields.get(i).name());
                ValueJson.write(json, row.get(i));
            }
        }
        json.writeEndObject();
    }

    /**
     * Reads an infotable. Where it brings no data shape, as some clients send it, {@code known} stands in; keys of rows that no
     * field names are ignored.
     */
    public static Infotable read(JsonNode node, List<FieldDefinition> known) throws InvalidValueException {
        return read(node, known, 0);
    }

    static Infotable read(JsonNode node, List<FieldDefinition> known, int depth) throws InvalidValueException {
        if (!node.isObject()) {
            throw new InvalidValueException("INFOTABLE needs an object with rows");
        }
        JsonNode definitions = node.path("dataShape").path("fieldDefinitions");
        List<FieldDefinition> fields = definitions.isObject() ? readFields(definitions, depth) : known;
        long present = 0;
        long absent = 0;
        List<List<Value>> rows = new ArrayList<>();
        for (JsonNode row : node.path("rows")) {
            List<Value> cells = new ArrayList<>(fields.size());
            for (FieldDefinition field : fields) {
                try {
                    Value cell = ValueJson.read(row.get(field.name()), field.baseType(), depth + 1);
                    cells.add(cell);
                    absent += cell.isNothing() ? 1 : 0;
                    present += cell.isNothing() ? 0 : 1;
                } catch (InvalidValueException e) {
                    throw new InvalidValueException(
                            "row " + rows.size() + ", field " + field.name() + ": " + e.getMessage(), e);
                }
            }
            rows.add(cells);
            // Every absent cell takes memory here and a byte on the wire, though the JSON spends nothing on it.
            if (absent > FREE_ABSENT_CELLS + ABSENT_CELLS_PER_CELL * present) {
                throw new InvalidValueException(
                        "INFOTABLE has " + absent + " absent cells and only " + present + " others");
            }
        }
        return new Infotable(fields, rows);
    }

    private static List<FieldDefinition> readFields(JsonNode definitions, int depth) throws InvalidValueException {
        if (definitions.size() > MAX_COUNT) {
            throw new InvalidValueException("INFOTABLE has " + definitions.size() + " fields, more than " + MAX_COUNT);
        }
        record Placed(int ordinal, FieldDefinition field) {}
        List<Placed> placed = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : definitions.properties()) {
            placed.add(new Placed(
                    entry.getValue().path("ordinal").asInt(), readField(entry.getKey(), entry.getValue(), depth)));
        }
        placed.sort(Comparator.comparingInt(Placed::ordinal));
        return placed.stream().map(Placed::field).toList();
    }

    /** Reads one field definition; {@code name} is the key that it stands under. */
    public static FieldDefinition readField(String name, JsonNode node) throws InvalidValueException {
        return readField(name, node, 0);
    }

    private static FieldDefinition readField(String name, JsonNode node, int depth) throws InvalidValueException {
        String typeName = node.path("baseType").asText();
        BaseType type = BaseType.ofName(typeName)
                .orElseThrow(() ->
                        new InvalidValueException("field " + name + " has the unknown base type [" + typeName + "]"));
        return new FieldDefinition(
                name, node.path("description").asText(), type, readAspects(node.path("aspects"), depth));
    }

    /** Reads aspects with the base types that their JSON values have by themselves. */
    public static Map<String, Value> readAspects(JsonNode aspects) throws InvalidValueException {
        return readAspects(aspects, 0);
    }

    private static Map<String, Value> readAspects(JsonNode aspects, int depth) throws InvalidValueException {
        if (aspects.size() > MAX_COUNT) {
            throw new InvalidValueException(aspects.size() + " aspects, more than " + MAX_COUNT);
        }
        Map<String, Value> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : aspects.properties()) {
            Value value = ValueJson.read(entry.getValue(), BaseType.VARIANT, depth + 1);
            values.put(entry.getKey(), value instanceof Value.Variant variant ? variant.inner() : value);
        }
        return values;
    }
}
