package org.steadfast.foundation.rows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import org.steadfast.persistence.query.RowField;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.ValueCodec;
import org.steadfast.protocol.wire.WireReader;

/**
 * What a row holds, as stores keep it: an object with a key for each value. What can be compared, or is a place, stands there as it is;
 * anything else as {@code {"bytes": base64}} of the typed value in the device protocol's bytes, so that it comes back exactly as it
 * was. Stateless.
 */
public final class RowContent {
    private static final String BYTES = "bytes";

    private RowContent() {}

    /** @param cells values by field; {@link Value#NOTHING} takes the value away from a row that has one */
    public static ObjectNode write(Map<String, Value> cells) {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        cells.forEach((field, value) -> write(content, field, value));
        return content;
    }

    private static void write(ObjectNode content, String field, Value value) {
        if (value.isNothing()) {
            content.putNull(field);
        } else if (value instanceof Value.Text text) {
            content.put(field, text.text());
        } else if (value instanceof Value.Bool bool) {
            content.put(field, bool.truth());
        } else if (value instanceof Value.Int integer) {
            content.put(field, integer.number());
        } else if (value instanceof Value.Long integer) {
            content.put(field, integer.number());
        } else if (value instanceof Value.Datetime time) {
            content.put(field, time.epochMillis());
        } else if (value instanceof Value.Timespan span) {
            content.put(field, span.millis());
        } else if (value instanceof Value.Number number && Double.isFinite(number.number())) {
            content.put(field, number.number());
        } else if (value instanceof Value.Location place && ValueJson.isWritable(place)) {
            content.putObject(field)
                    .put("latitude", place.latitude())
                    .put("longitude", place.longitude())
                    .put("elevation", place.elevation());
        } else {
            content.putObject(field).put(BYTES, ValueCodec.toBytes(value));
        }
    }

    /** The value of a field; {@link Value#NOTHING} where there is none, or one that was kept for another kind of field. */
    public static Value read(JsonNode content, FieldDefinition field) {
        JsonNode kept = content.path(field.name());
        try {
            if (kept.path(BYTES).isTextual()) {
                Value value = ValueCodec.read(new WireReader(kept.get(BYTES).binaryValue()));
                return value.baseType().form() == field.baseType().form() ? value : Value.NOTHING;
            }
            return isOf(RowField.Kind.of(field.baseType()), kept)
                    ? ValueJson.read(kept, field.baseType())
                    : Value.NOTHING;
        } catch (InvalidValueException e) {
            // The field has another type by now, and the value is out of its range.
            return Value.NOTHING;
        } catch (CodecException | IOException e) {
            throw new IllegalStateException("a row holds bytes that this platform did not write", e);
        }
    }

    private static boolean isOf(RowField.Kind kind, JsonNode kept) {
        return switch (kind) {
            case TEXT, TAGS, SECRET -> kept.isTextual();
            case NUMBER -> kept.isNumber();
            case TRUTH -> kept.isBoolean();
            case PLACE -> kept.has("latitude");
            case OPAQUE -> false;
        };
    }
}
