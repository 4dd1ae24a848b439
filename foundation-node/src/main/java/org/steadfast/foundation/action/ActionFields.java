package org.steadfast.foundation.action;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** Reads single settings of actions, naming what is wrong. Stateless. */
final class ActionFields {
    private static final String SETTINGS = "settings";

    private ActionFields() {}

    /** Refuses settings that nobody reads: they are mistyped. */
    static void requireKnown(JsonNode settings, Set<String> known) throws InvalidActionException {
        for (var setting : settings.properties()) {
            if (!known.contains(setting.getKey())) {
                throw invalid(setting.getKey(), "is no setting of this handler; those are " + String.join(", ", known));
            }
        }
    }

    /** A text that must be there. */
    static String text(JsonNode settings, String field) throws InvalidActionException {
        String text = text(settings, field, "");
        if (text.isBlank()) {
            throw invalid(field, "must be given");
        }
        return text;
    }

    static String text(JsonNode settings, String field, String otherwise) throws InvalidActionException {
        JsonNode value = settings.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isTextual()) {
            throw invalid(field, "must be a text");
        }
        return value.textValue();
    }

    /** A whole number within bounds. */
    static int number(JsonNode settings, String field, int otherwise, int least, int most)
            throws InvalidActionException {
        JsonNode value = settings.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < least
                || value.intValue() > most) {
            throw invalid(field, "must be a whole number from " + least + " to " + most + ", and is " + value);
        }
        return value.intValue();
    }

    /** An object; an empty one where there is none. */
    static ObjectNode object(JsonNode settings, String field) throws InvalidActionException {
        JsonNode value = settings.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (!(value instanceof ObjectNode object)) {
            throw invalid(field, "must be an object with one key for each value");
        }
        return object;
    }

    /** An object that has something in it. */
    static ObjectNode values(JsonNode settings, String field) throws InvalidActionException {
        ObjectNode values = object(settings, field);
        if (values.isEmpty()) {
            throw invalid(field, "must have at least one value");
        }
        return values;
    }

    static InvalidActionException invalid(String field, String what) {
        return new InvalidActionException(SETTINGS + "." + field, what);
    }

    static InvalidActionException invalid(String field, String what, Throwable cause) {
        return new InvalidActionException(SETTINGS + "." + field, what, cause);
    }
}
