package org.steadfast.foundation.link;

import java.util.Optional;
import org.steadfast.foundation.security.ApplicationKeys;
import org.steadfast.foundation.security.Principal;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Status;

/** Answers who a device is, by its claims. */
final class DeviceAuthentication {
    private static final String APP_KEY = "appKey";

    private final ApplicationKeys keys;

    DeviceAuthentication(ApplicationKeys keys) {
        this.keys = keys;
    }

    LinkFrame.Authenticated answer(LinkFrame.Authenticate request) {
        Optional<String> key = request.claims().claim(APP_KEY);
        if (key.isEmpty()) {
            return new LinkFrame.Authenticated(
                    request.correlation(), Status.UNAUTHORIZED, "an application key is needed, as the claim appKey");
        }
        try {
            Optional<Principal> principal = keys.find(key.get());
            return principal.isPresent()
                    ? new LinkFrame.Authenticated(
                            request.correlation(),
                            Status.SUCCESS,
                            principal.get().toToken())
                    : new LinkFrame.Authenticated(
                            request.correlation(), Status.UNAUTHORIZED, "the application key is not known");
        } catch (StoreException e) {
            return new LinkFrame.Authenticated(
                    request.correlation(), Status.UNAVAILABLE, "application keys cannot be looked up now");
        }
    }
}
