package org.steadfast.foundation.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Set;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.type.BaseType;

/**
 * Texts of documents as JSON values, and back. A document says of no attribute which type it has; its name tells. Stateless.
 */
final class XmlText {
    private static final Set<String> FLAGS = Set.of("enabled", "isPersistent", "isMultiRow", "isHidden");
    private static final Set<String> NUMBERS = Set.of("ordinal", "priority");
    private static final Set<String> NUMERIC_ASPECTS = Set.of(
            "cacheTime",
            "timeout",
            "pushThreshold",
            "dataChangeThreshold",
            "minimumValue",
            "maximumValue",
            "minimum",
            "maximum",
            "limit",
            "value",
            "hysteresis",
            "ordinal",
            "startType");

    private XmlText() {}

    /** An attribute of a definition. */
    static JsonNode attribute(String name, String text) {
        if (FLAGS.contains(name)) {
            return flagOrText(text);
        }
        return NUMBERS.contains(name) ? numberOrText(text) : TextNode.valueOf(text);
    }

    /**
     * An aspect of a definition.
     *
     * @param of the base type that the definition declares; NOTHING where it declares none
     */
    static JsonNode aspect(String name, String text, BaseType of) {
        if (name.equals("defaultValue")) {
            return of(of, text);
        }
        return NUMERIC_ASPECTS.contains(name) ? numberOrText(text) : flagOrText(text);
    }

    /** A text that stands for a value of a base type; a text still where it is none. */
    static JsonNode of(BaseType type, String text) {
        return switch (type) {
            case NUMBER, INTEGER, LONG, TIMESPAN -> numberOrText(text.strip());
            case BOOLEAN -> flagOrText(text.strip());
            case JSON, INFOTABLE, LOCATION, QUERY, VARIANT, VEC2, VEC3, VEC4 -> jsonOrText(text);
            default -> TextNode.valueOf(text);
        };
    }

    private static JsonNode flagOrText(String text) {
        return switch (text) {
            case "true" -> BooleanNode.TRUE;
            case "false" -> BooleanNode.FALSE;
            default -> TextNode.valueOf(text);
        };
    }

    private static JsonNode numberOrText(String text) {
        JsonNode node = jsonOrText(text);
        return node.isNumber() ? node : TextNode.valueOf(text);
    }

    private static JsonNode jsonOrText(String text) {
        try {
            return text.isBlank() ? TextNode.valueOf(text) : Json.read(text);
        } catch (InvalidValueException e) {
            return TextNode.valueOf(text);
        }
    }
}
