package org.steadfast.protocol.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.Value;

/**
 * Values in JSON: how each base type is written, and every form of it that clients are known to send (REST surface, section 7).
 * Stateless.
 */
public final class ValueJson {
    private static final DateTimeFormatter ISO_WITH_OPTIONAL_OFFSET = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .optionalStart()
            .appendOffset("+HH:MM", "Z")
            .optionalEnd()
            .optionalStart()
            .appendOffset("+HHMM", "Z")
            .optionalEnd()
            .toFormatter(Locale.ROOT);
    /**
     * Deepest nesting of infotables and variants. Less than the device protocol follows, so that what is taken in here can be
     * stored and sent inside of other infotables.
     */
    private static final int MAX_NESTING = 12;

    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");
    private static final String[] COMPONENT_NAMES = {"x", "y", "z", "w"};

    private ValueJson() {}

    /** True where a value has a form in JSON: absent values and numbers that are not finite have none and are left out. */
    public static boolean isWritable(Value value) {
        if (value instanceof Value.Number number) {
            return Double.isFinite(number.number());
        }
        if (value instanceof Value.Location location) {
            return Double.isFinite(location.longitude())
                    && Double.isFinite(location.latitude())
                    && Double.isFinite(location.elevation());
        }
        if (value instanceof Value.Vector vector) {
            return vector.components().stream().allMatch(Double::isFinite);
        }
        return !value.isNothing();
    }

    /** One value as a document of its own; absent ones are {@code null}. */
    public static JsonNode toJson(Value value) {
        try (TokenBuffer buffer = new TokenBuffer(Json.mapper(), false)) {
            JsonGenerator generator = buffer;
            write(generator, value);
            return Json.mapper().readTree(buffer.asParser());
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }

    /** Writes one value; absent ones become {@code null}. */
    public static void write(JsonGenerator json, Value value) throws IOException {
        if (!isWritable(value)) {
            json.writeNull();
        } else if (value instanceof Value.Text text) {
            writeText(json, text);
        } else if (value instanceof Value.Number number) {
            json.writeNumber(number.number());
        } else if (value instanceof Value.Bool bool) {
            json.writeBoolean(bool.truth());
        } else if (value instanceof Value.Datetime datetime) {
            json.writeNumber(datetime.epochMillis());
        } else if (value instanceof Value.Timespan timespan) {
            json.writeNumber(timespan.millis());
        } else if (value instanceof Value.Table table) {
            InfotableJson.write(json, table.infotable());
        } else if (value instanceof Value.Location location) {
            json.writeStartObject();
            json.writeNumberField("latitude", location.latitude());
            json.writeNumberField("longitude", location.longitude());
            json.writeNumberField("elevation", location.elevation());
            json.writeStringField("units", "WGS84");
            json.writeEndObject();
        } else if (value instanceof Value.Json document) {
            writeDocument(json, document.node());
        } else if (value instanceof Value.Bytes bytes) {
            json.writeBinary(bytes.bytes());
        } else if (value instanceof Value.Variant variant) {
            json.writeStartObject();
            json.writeStringField("baseType", variant.inner().baseType().name());
            json.writeFieldName("value");
            write(json, variant.inner());
            json.writeEndObject();
        } else if (value instanceof Value.Int integer) {
            json.writeNumber(integer.number());
        } else if (value instanceof Value.Long integer) {
            json.writeNumber(integer.number());
        } else if (value instanceof Value.Vector vector) {
            json.writeStartObject();
            for (int i = 0; i < vector.components().size(); i++) {
                json.writeNumberField(COMPONENT_NAMES[i], vector.components().get(i));
            }
            json.writeEndObject();
        } else if (value instanceof Value.ThingCode code) {
            json.writeStartObject();
            json.writeNumberField("domainId", code.domainId());
            json.writeNumberField("instanceId", code.instanceId());
            json.writeEndObject();
        }
    }

    private static void writeText(JsonGenerator json, Value.Text text) throws IOException {
        if (text.baseType() != BaseType.TAGS) {
            json.writeString(text.text());
            return;
        }
        json.writeStartArray();
        for (String tag : text.text().split(";", -1)) {
            int colon = tag.indexOf(':');
            if (colon > 0) {
                json.writeStartObject();
                json.writeStringField("vocabulary", tag.substring(0, colon));
                json.writeStringField("vocabularyTerm", tag.substring(colon + 1));
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }

    private static void writeDocument(JsonGenerator json, JsonNode node) throws IOException {
        if (node.isArray()) {
            json.writeStartObject();
            json.writeFieldName("array");
            json.writeTree(node);
            json.writeEndObject();
        } else {
            json.writeTree(node);
        }
    }

    /**
     * Reads a value of a base type; {@code null} gives {@link Value#NOTHING}.
     *
     * @throws InvalidValueException if the JSON has no form that the base type accepts
     */
    public static Value read(JsonNode node, BaseType type) throws InvalidValueException {
        return read(node, type, 0);
    }

    static Value read(JsonNode node, BaseType type, int depth) throws InvalidValueException {
        if (depth > MAX_NESTING) {
            throw new InvalidValueException(type + " is nested more than " + MAX_NESTING + " deep");
        }
        if (node == null || node.isNull() || node.isMissingNode()) {
            return Value.NOTHING;
        }
        switch (type.form()) {
            case NOTHING:
                return Value.NOTHING;
            case TEXT:
                return new Value.Text(type, readText(node, type));
            case NUMBER:
                return new Value.Number(finite(decimal(node, type).doubleValue(), type));
            case INTEGER:
                return new Value.Int((int) whole(node, type, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case LONG:
                return new Value.Long(whole(node, type, Long.MIN_VALUE, Long.MAX_VALUE));
            case TIMESPAN:
                return new Value.Timespan(whole(node, type, Long.MIN_VALUE, Long.MAX_VALUE));
            case BOOLEAN:
                return new Value.Bool(truth(node, type));
            case DATETIME:
                return readDatetime(node);
            case LOCATION:
                return readLocation(node);
            case JSON:
                return readDocument(node, type);
            case BYTES:
                return readBytes(node, type);
            case INFOTABLE:
                return new Value.Table(InfotableJson.read(node, List.of(), depth + 1));
            case VARIANT:
                return readVariant(node, depth);
            case VECTOR:
                return readVector(node, type);
            case THINGCODE:
                return new Value.ThingCode(
                        (int) whole(require(node, "domainId", type), type, Integer.MIN_VALUE, Integer.MAX_VALUE),
                        (int) whole(require(node, "instanceId", type), type, Integer.MIN_VALUE, Integer.MAX_VALUE));
        }
        throw new AssertionError(type.form());
    }

    /** The value that a property of this type has before anybody sets one, as clients expect to find it in an answer. */
    public static Value defaultOf(BaseType type) {
        return switch (type.form()) {
            case NUMBER -> new Value.Number(0);
            case INTEGER -> new Value.Int(0);
            case LONG -> new Value.Long(0);
            case BOOLEAN -> new Value.Bool(false);
            case TEXT -> new Value.Text(type, "");
            default -> Value.NOTHING;
        };
    }

    private static String readText(JsonNode node, BaseType type) {
        if (type == BaseType.TAGS && node.isArray()) {
            List<String> tags = new ArrayList<>();
            for (JsonNode tag : node) {
                tags.add(tag.path("vocabulary").asText() + ":"
                        + tag.path("vocabularyTerm").asText());
            }
            return String.join(";", tags);
        }
        return node.isTextual() ? node.textValue() : Json.write(node);
    }

    private static BigDecimal decimal(JsonNode node, BaseType type) throws InvalidValueException {
        try {
            if (node.isNumber()) {
                return node.decimalValue();
            }
            String text = node.isTextual() ? node.textValue().strip() : "";
            // Longer texts are no numbers that anybody measured, and BigDecimal would labour over them.
            if (!text.isEmpty() && text.length() <= 64) {
                return new BigDecimal(text);
            }
        } catch (NumberFormatException e) {
            throw new InvalidValueException(expected(node, type, "a number"), e);
        }
        throw new InvalidValueException(expected(node, type, "a number"));
    }

    private static double finite(double number, BaseType type) throws InvalidValueException {
        if (!Double.isFinite(number)) {
            throw new InvalidValueException(type + " is out of the range of a double");
        }
        return number;
    }

    private static long whole(JsonNode node, BaseType type, long min, long max) throws InvalidValueException {
        BigDecimal number = decimal(node, type);
        if (number.compareTo(BigDecimal.valueOf(min)) < 0 || number.compareTo(BigDecimal.valueOf(max)) > 0) {
            throw new InvalidValueException(type + " must lie between " + min + " and " + max);
        }
        return number.longValue();
    }

    private static boolean truth(JsonNode node, BaseType type) throws InvalidValueException {
        if (node.isNumber()) {
            return node.doubleValue() != 0;
        }
        if (node.isTextual()) {
            return "true".equalsIgnoreCase(node.textValue().strip());
        }
        if (!node.isBoolean()) {
            throw new InvalidValueException(expected(node, type, "true or false"));
        }
        return node.booleanValue();
    }

    private static Value readDatetime(JsonNode node) throws InvalidValueException {
        if (node.isNumber()) {
            return new Value.Datetime(whole(node, BaseType.DATETIME, Long.MIN_VALUE, Long.MAX_VALUE));
        }
        String text = node.asText().strip();
        if (node.isTextual() && text.isEmpty()) {
            return Value.NOTHING;
        }
        if (node.isTextual() && text.matches("[+-]?\\d+(\\.\\d*)?([eE][+-]?\\d+)?")) {
            return new Value.Datetime(whole(node, BaseType.DATETIME, Long.MIN_VALUE, Long.MAX_VALUE));
        }
        try {
            TemporalAccessor time = ISO_WITH_OPTIONAL_OFFSET.parseBest(
                    text.replace(' ', 'T'), OffsetDateTime::from, LocalDateTime::from);
            Instant instant = time instanceof OffsetDateTime offset
                    ? offset.toInstant()
                    : ((LocalDateTime) time).toInstant(ZoneOffset.UTC);
            return new Value.Datetime(instant.toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            throw new InvalidValueException(
                    expected(node, BaseType.DATETIME, "epoch milliseconds or an ISO-8601 date and time"), e);
        }
    }

    private static Value readLocation(JsonNode node) throws InvalidValueException {
        if (node.isObject()) {
            JsonNode elevation = node.get("elevation");
            return new Value.Location(
                    coordinate(require(node, "longitude", BaseType.LOCATION)),
                    coordinate(require(node, "latitude", BaseType.LOCATION)),
                    elevation == null || elevation.isNull() ? 0 : coordinate(elevation));
        }
        String[] parts = node.asText().split(",", -1);
        if (!node.isTextual() || parts.length < 2 || parts.length > 3) {
            throw new InvalidValueException(expected(
                    node,
                    BaseType.LOCATION,
                    "{\"latitude\",\"longitude\",\"elevation\"} or \"latitude,longitude,elevation\""));
        }
        double[] numbers = new double[3];
        for (int i = 0; i < parts.length; i++) {
            numbers[i] = coordinate(TextNode.valueOf(parts[i]));
        }
        return new Value.Location(numbers[1], numbers[0], numbers[2]);
    }

    private static double coordinate(JsonNode node) throws InvalidValueException {
        return finite(decimal(node, BaseType.LOCATION).doubleValue(), BaseType.LOCATION);
    }

    private static Value readDocument(JsonNode node, BaseType type) throws InvalidValueException {
        JsonNode document = node;
        if (node.isTextual()) {
            try {
                document = Json.read(node.textValue());
            } catch (InvalidValueException e) {
                throw new InvalidValueException(type + " is " + e.getMessage(), e);
            }
        }
        if (document.isObject()
                && document.size() == 1
                && document.path("array").isArray()) {
            document = document.get("array");
        }
        return new Value.Json(type, document);
    }

    private static Value readBytes(JsonNode node, BaseType type) throws InvalidValueException {
        if (!node.isTextual()) {
            throw new InvalidValueException(expected(node, type, "base64 text"));
        }
        try {
            return new Value.Bytes(
                    type,
                    Base64.getDecoder()
                            .decode(WHITE_SPACE.matcher(node.textValue()).replaceAll("")));
        } catch (IllegalArgumentException e) {
            throw new InvalidValueException(expected(node, type, "base64 text"), e);
        }
    }

    private static Value readVariant(JsonNode node, int depth) throws InvalidValueException {
        if (node.isObject() && node.has("baseType") && node.has("value")) {
            String name = node.get("baseType").asText();
            BaseType inner = BaseType.ofName(name)
                    .orElseThrow(() -> new InvalidValueException("VARIANT names the unknown base type " + name));
            return new Value.Variant(read(node.get("value"), inner, depth + 1));
        }
        return new Value.Variant(read(node, natural(node), depth + 1));
    }

    /** The base type that a bare JSON value has where nothing declares one. */
    private static BaseType natural(JsonNode node) {
        if (node.isNumber()) {
            return BaseType.NUMBER;
        }
        if (node.isBoolean()) {
            return BaseType.BOOLEAN;
        }
        return node.isTextual() ? BaseType.STRING : BaseType.JSON;
    }

    private static Value readVector(JsonNode node, BaseType type) throws InvalidValueException {
        List<Double> components = new ArrayList<>();
        for (int i = 0; i < Value.Vector.dimensions(type); i++) {
            components.add(finite(
                    decimal(require(node, COMPONENT_NAMES[i], type), type).doubleValue(), type));
        }
        return new Value.Vector(type, components);
    }

    private static JsonNode require(JsonNode node, String key, BaseType type) throws InvalidValueException {
        JsonNode value = node.get(key);
        if (value == null || value.isNull()) {
            throw new InvalidValueException(expected(node, type, "an object with the key " + key));
        }
        return value;
    }

    private static String expected(JsonNode node, BaseType type, String what) {
        String found = Json.write(node);
        return type + " needs " + what + ", not " + (found.length() > 60 ? found.substring(0, 60) + "..." : found);
    }
}
