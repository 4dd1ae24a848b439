package org.steadfast.foundation.action;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * Has a service done, and forgets what it gives.
 *
 * @param collection where the entity stands, such as {@code Things}
 * @param entity empty for the thing that subscribes
 * @param parameters not to be changed
 */
public record ServiceAction(String collection, String entity, String service, ObjectNode parameters) implements Action {
    static final String HANDLER = "InvokeService";

    private static final String THINGS = "Things";

    static ServiceAction read(JsonNode settings) throws InvalidActionException {
        ActionFields.requireKnown(settings, Set.of("collection", "entity", "service", "parameters"));
        String collection = ActionFields.text(settings, "collection", THINGS);
        String entity = ActionFields.text(settings, "entity", "");
        if (entity.isEmpty() && !collection.equals(THINGS)) {
            throw ActionFields.invalid("entity", "must be given where the collection is not " + THINGS);
        }
        return new ServiceAction(
                collection,
                entity,
                ActionFields.text(settings, "service"),
                ActionFields.object(settings, "parameters"));
    }
}
