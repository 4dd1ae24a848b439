package org.steadfast.foundation.property;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.Value;

/** Fits a value that a device sent to the base type that the property declares: devices send texts for numbers, and the like. */
final class Coercion {
    private Coercion() {}

    static Value to(BaseType type, Value value) throws InvalidValueException {
        if (value.baseType() == type || value.isNothing()) {
            return value;
        }
        if (value instanceof Value.Variant variant && type != BaseType.VARIANT) {
            return to(type, variant.inner());
        }
        if (type == BaseType.VARIANT) {
            return new Value.Variant(value);
        }
        if (value instanceof Value.Text text && type.form() == BaseType.Form.TEXT) {
            return new Value.Text(type, text.text());
        }
        if (value instanceof Value.Bytes bytes) {
            return type.form() == BaseType.Form.BYTES
                    ? new Value.Bytes(type, bytes.bytes())
                    : ValueJson.read(TextNode.valueOf(Base64.getEncoder().encodeToString(bytes.bytes())), type);
        }
        if (!ValueJson.isWritable(value)) {
            throw new InvalidValueException(value.baseType() + " that is not finite has no form as " + type);
        }
        return ValueJson.read(json(value), type);
    }

    private static JsonNode json(Value value) {
        try (TokenBuffer buffer = new TokenBuffer(Json.mapper(), false)) {
            JsonGenerator generator = buffer;
            ValueJson.write(generator, value);
            return Json.mapper().readTree(buffer.asParser());
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }
}
