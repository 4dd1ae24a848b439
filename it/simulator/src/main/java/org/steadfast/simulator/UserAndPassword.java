package org.steadfast.simulator;

import java.util.List;
import java.util.Objects;
import org.steadfast.protocol.wire.Body;

/** A user and a password. The password is a secret: it goes to servers and nowhere else, {@link #toString()} hides it. */
public record UserAndPassword(String user, String password) implements DeviceCredentials {
    public UserAndPassword {
        Objects.requireNonNull(user, "user is null");
        Objects.requireNonNull(password, "password is null");
    }

    @Override
    public List<Body.Auth.Claim> claims() {
        return List.of(new Body.Auth.Claim("password", password), new Body.Auth.Claim("userid", user));
    }

    @Override
    public String toString() {
        return user + ":***";
    }
}
