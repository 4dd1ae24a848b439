package org.steadfast.foundation.remote;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.steadfast.foundation.model.Thing;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

/**
 * What a property's definition says of the device's property that it stands for: its aspects {@code remote},
 * {@code remotePropertyName}, {@code cacheTime} and {@code timeout}.
 *
 * @param sourceName what the device calls the property
 * @param cacheMillis how old the value in shared state may be before the device is asked for it; 0: it is always asked, below 0:
 *     never
 * @param timeout how long the device has time to answer; empty: as the settings say
 */
public record RemoteBinding(String sourceName, long cacheMillis, Optional<Duration> timeout) {

    /** The binding of a property; empty where it is none of a device. */
    public static Optional<RemoteBinding> of(FieldDefinition property) {
        if (!(property.aspects().get("remote") instanceof Value.Bool remote) || !remote.truth()) {
            return Optional.empty();
        }
        String name = property.aspects().get("remotePropertyName") instanceof Value.Text text ? text.text() : "";
        long timeout = number(property, "timeout").orElse(0L);
        return Optional.of(new RemoteBinding(
                name.isEmpty() ? property.name() : name,
                number(property, "cacheTime").orElse(-1L),
                timeout > 0 ? Optional.of(Duration.ofMillis(timeout)) : Optional.empty()));
    }

    /** What a device means by the names of its properties: the property that is bound to a name, else the one that is called so. */
    public static Map<String, FieldDefinition> byDeviceNames(Thing thing) {
        Map<String, FieldDefinition> bound = new HashMap<>();
        for (FieldDefinition property : thing.properties().values()) {
            of(property).ifPresent(binding -> bound.putIfAbsent(binding.sourceName(), property));
        }
        if (bound.isEmpty()) {
            return thing.properties();
        }
        thing.properties().forEach((name, property) -> {
            if (of(property).isEmpty()) {
                bound.putIfAbsent(name, property);
            }
        });
        return bound;
    }

    private static Optional<Long> number(FieldDefinition property, String aspect) {
        Value value = property.aspects().get(aspect);
        if (value instanceof Value.Number number) {
            return Optional.of((long) number.number());
        }
        return value instanceof Value.Int number ? Optional.of((long) number.number()) : Optional.empty();
    }
}
