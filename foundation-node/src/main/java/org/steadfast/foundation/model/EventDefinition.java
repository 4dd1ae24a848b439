package org.steadfast.foundation.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.steadfast.protocol.type.Value;

/**
 * Something that can happen to a thing. Immutable.
 *
 * @param dataShape of what an event brings; empty where that is not said
 */
public record EventDefinition(
        String name, String description, String category, String dataShape, Map<String, Value> aspects) {
    public EventDefinition {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(description, "description is null");
        Objects.requireNonNull(category, "category is null");
        Objects.requireNonNull(dataShape, "dataShape is null");
        aspects = Collections.unmodifiableMap(new LinkedHashMap<>(aspects));
    }

    /** What the device calls the event; empty where the event is none of a device. */
    public String remoteName() {
        if (!(aspects.get("remote") instanceof Value.Bool remote) || !remote.truth()) {
            return "";
        }
        return aspects.get("remoteEventName") instanceof Value.Text text
                        && !text.text().isEmpty()
                ? text.text()
                : name;
    }
}
