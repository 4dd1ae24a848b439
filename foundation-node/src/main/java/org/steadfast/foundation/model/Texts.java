package org.steadfast.foundation.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Reads single fields of what clients send, naming the field that is wrong. Stateless. */
final class Texts {
    private Texts() {}

    /** A text; {@code otherwise} where there is none. */
    static String text(JsonNode node, String field, String otherwise) throws ModelException {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isTextual()) {
            throw ModelException.invalid("field " + field + ": must be a text");
        }
        Names.requireStorable(field, value.textValue());
        return value.textValue();
    }

    /** A flag; {@code otherwise} where there is none. */
    static boolean flag(JsonNode node, String field, boolean otherwise) throws ModelException {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw ModelException.invalid("field " + field + ": must be true or false");
        }
        return value.booleanValue();
    }

    /**
     * Definitions that stand under their names, by their ordinals: a database need not keep the order of keys. Also takes a list of
     * definitions that bring their names.
     */
    static Iterable<Map.Entry<String, JsonNode>> named(JsonNode node, String field) throws ModelException {
        if (node.isArray()) {
            Map<String, JsonNode> byName = new LinkedHashMap<>();
            for (Iterator<JsonNode> it = node.elements(); it.hasNext(); ) {
                JsonNode definition = it.next();
                byName.put(Names.require(definition, "name"), definition);
            }
            return byName.entrySet();
        }
        if (!node.isObject()) {
            throw ModelException.invalid("field " + field + ": must be an object with one key per definition");
        }
        Map<Long, Map.Entry<String, JsonNode>> sorted = new TreeMap<>();
        long position = 0;
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            // Of equal ordinals the earlier key comes first.
            sorted.put(((long) entry.getValue().path("ordinal").asInt() << 32) + position++, entry);
        }
        return sorted.values();
    }
}
