package org.steadfast.foundation.action;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the platform itself does when something happens. Immutable. */
public sealed interface Action permits PropertyAction, StreamAction, ServiceAction, WebhookAction {
    /** Reads the settings of one kind of action. */
    @FunctionalInterface
    interface Reader {
        Action read(JsonNode settings) throws InvalidActionException;
    }

    /** Whether what actions of a kind do is done by servers outside, which may take their time. */
    static boolean isOutside(String handler) {
        return handler.equals(WebhookAction.HANDLER);
    }

    /**
     * Reads an action.
     *
     * @param handler the kind, as subscriptions name it
     * @param settings what else the author of the subscription wrote
     * @throws InvalidActionException if there is no such kind, or its settings are wrong
     */
    static Action read(String handler, JsonNode settings) throws InvalidActionException {
        Map<String, Reader> readers = new TreeMap<>(Map.of(
                PropertyAction.HANDLER, PropertyAction::read,
                StreamAction.HANDLER, StreamAction::read,
                ServiceAction.HANDLER, ServiceAction::read,
                WebhookAction.HANDLER, WebhookAction::read));
        Reader reader = readers.get(handler);
        if (reader == null) {
            throw new InvalidActionException(
                    "handlerName",
                    "must be Script or one of " + String.join(", ", List.copyOf(readers.keySet())) + ", and is ["
                            + handler + "]");
        }
        return reader.read(settings);
    }
}
