package org.steadfast.persistence.store;

import java.util.Objects;

/** Names one alert: the number of the thing, the property and the alert's name. */
public record AlertKey(long thingId, String property, String alert) {
    public AlertKey {
        Objects.requireNonNull(property, "property is null");
        Objects.requireNonNull(alert, "alert is null");
    }
}
