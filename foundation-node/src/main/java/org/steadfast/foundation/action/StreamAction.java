package org.steadfast.foundation.action;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * Adds an entry to a stream, at the time of the event.
 *
 * @param stream the name of the stream
 * @param values by field; not to be changed
 */
public record StreamAction(String stream, ObjectNode values) implements Action {
    static final String HANDLER = "AddStreamEntry";

    static StreamAction read(JsonNode settings) throws InvalidActionException {
        ActionFields.requireKnown(settings, Set.of("stream", "values"));
        return new StreamAction(ActionFields.text(settings, "stream"), ActionFields.values(settings, "values"));
    }
}
