package org.steadfast.simulator;

import java.util.List;
import java.util.Objects;
import org.steadfast.protocol.wire.Body;

/** An application key. Its text is a secret: it goes to servers and nowhere else, {@link #toString()} hides it. */
public record AppKey(String text) implements DeviceCredentials {

    public AppKey {
        Objects.requireNonNull(text, "text is null");
        if (text.isBlank() || text.chars().anyMatch(c -> c < 0x21 || c > 0x7E)) {
            throw new IllegalArgumentException("an application key is visible ASCII characters without spaces");
        }
    }

    @Override
    public List<Body.Auth.Claim> claims() {
        return List.of(new Body.Auth.Claim("appKey", text));
    }

    @Override
    public String toString() {
        return "***";
    }
}
