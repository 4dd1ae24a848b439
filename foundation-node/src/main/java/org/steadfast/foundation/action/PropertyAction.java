package org.steadfast.foundation.action;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * Gives properties of a thing values, as one request does.
 *
 * @param thing empty for the thing that subscribes
 * @param values by property; not to be changed
 */
public record PropertyAction(String thing, ObjectNode values) implements Action {
    static final String HANDLER = "SetProperties";

    static PropertyAction read(JsonNode settings) throws InvalidActionException {
        ActionFields.requireKnown(settings, Set.of("thing", "values"));
        return new PropertyAction(ActionFields.text(settings, "thing", ""), ActionFields.values(settings, "values"));
    }
}
