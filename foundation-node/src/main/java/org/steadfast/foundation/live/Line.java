package org.steadfast.foundation.live;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import org.steadfast.foundation.model.Passwords;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.property.Properties;
import org.steadfast.foundation.property.PropertyUpdate;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.type.FieldDefinition;

/**
 * A value as clients are told it, on one line: made once, for all streams. Immutable.
 *
 * @param property name of the property
 * @param json must not be changed
 * @param print 48 bits that tell it from every other line, whatever thing, property, time or value that is of
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; copies for each stream would cost and protect nobody
record Line(String property, byte[] json, long print) {
    /** Bytes of a print. */
    static final int PRINT_BYTES = 6;

    /** @param set what was set, or nothing where the property has its default */
    static Line of(Thing thing, FieldDefinition property, Optional<PropertyUpdate> set) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(192);
        try (JsonGenerator json = Json.mapper().createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("thing", thing.name());
            json.writeStringField("property", property.name());
            json.writeStringField("baseType", property.baseType().name());
            json.writeFieldName("value");
            ValueJson.write(
                    json, Passwords.hidden(set.map(PropertyUpdate::value).orElseGet(() -> Properties.unset(property))));
            json.writeFieldName("time");
            if (set.isPresent()) {
                json.writeNumber(set.get().time());
                json.writeStringField("quality", set.get().quality());
            } else {
                json.writeNull();
                json.writeStringField("quality", PropertyUpdate.GOOD);
            }
            json.writeNumberField("thingId", thing.id());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        byte[] json = bytes.toByteArray();
        return new Line(property.name(), json, print(json));
    }

    private static long print(byte[] json) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(json))
                            .getLong()
                    >>> (Long.SIZE - PRINT_BYTES * Byte.SIZE);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
