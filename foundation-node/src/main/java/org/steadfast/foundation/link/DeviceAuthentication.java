package org.steadfast.foundation.link;

import java.util.Optional;
import org.steadfast.foundation.security.LoginException;
import org.steadfast.foundation.security.Logins;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.security.RateLimitException;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Status;

/**
 * Answers who a device is, by its claims: an application key, or a user and a password (device protocol, section 6). Where both come, the
 * key counts. Safe for use by several threads.
 */
final class DeviceAuthentication {
    private static final String APP_KEY = "appKey";
    private static final String USER = "userid";
    private static final String PASSWORD = "password";

    private final Logins logins;

    DeviceAuthentication(Logins logins) {
        this.logins = logins;
    }

    LinkFrame.Authenticated answer(LinkFrame.Authenticate request) {
        Optional<String> key = request.claims().claim(APP_KEY);
        Optional<String> user = request.claims().claim(USER);
        Optional<String> password = request.claims().claim(PASSWORD);
        if (key.isPresent()) {
            return byKey(request, key.get());
        }
        if (user.isPresent() && password.isPresent()) {
            return byPassword(request, user.get(), password.get());
        }
        return answer(
                request,
                Status.UNAUTHORIZED,
                "an application key is needed, as the claim appKey, or a user and a password, as the claims userid and password");
    }

    /**
     * Not counted per address as those of REST are: a key cannot be guessed, and behind a load balancer one device with a wrong key would
     * keep all others out.
     */
    private LinkFrame.Authenticated byKey(LinkFrame.Authenticate request, String key) {
        try {
            Optional<Principal> principal = logins.holder(key, request.address());
            return principal.isPresent()
                    ? answer(request, Status.SUCCESS, principal.get().toToken())
                    : answer(request, Status.UNAUTHORIZED, "the application key is not known");
        } catch (LoginException e) {
            return answer(request, Status.UNAVAILABLE, e.getMessage());
        }
    }

    /** Who may not try now is answered that this is so, and not that the password is wrong: devices give up upon that. */
    private LinkFrame.Authenticated byPassword(LinkFrame.Authenticate request, String user, String password) {
        try {
            return answer(
                    request,
                    Status.SUCCESS,
                    logins.byPassword(user, password, request.address()).toToken());
        } catch (LoginException e) {
            return answer(
                    request,
                    e.kind() == LoginException.Kind.REFUSED ? Status.UNAUTHORIZED : Status.UNAVAILABLE,
                    e.getMessage());
        } catch (RateLimitException e) {
            return answer(request, Status.UNAVAILABLE, e.getMessage());
        }
    }

    private static LinkFrame.Authenticated answer(LinkFrame.Authenticate request, Status status, String userOrReason) {
        return new LinkFrame.Authenticated(request.correlation(), status, userOrReason);
    }
}
