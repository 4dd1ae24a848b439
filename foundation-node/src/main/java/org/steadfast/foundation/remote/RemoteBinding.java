package org.steadfast.foundation.remote;

import java.time.Duration;
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

    /** The property that a device means by a name: one that is bound to it, or one that is called so and bound to no other. */
    public static Optional<FieldDefinition> meant(Thing thing, String sourceName) {
        FieldDefinition same = thing.properties().get(sourceName);
        if (same != null
                && of(same).map(binding -> binding.sourceName().equals(sourceName))
                        .orElse(true)) {
            return Optional.of(same);
        }
        return thing.properties().values().stream()
                .filter(property -> of(property)
                        .filter(binding -> binding.sourceName().equals(sourceName))
                        .isPresent())
                .findFirst();
    }

    private static Optional<Long> number(FieldDefinition property, String aspect) {
        Value value = property.aspects().get(aspect);
        if (value instanceof Value.Number number) {
            return Optional.of((long) number.number());
        }
        return value instanceof Value.Int number ? Optional.of((long) number.number()) : Optional.empty();
    }
}
