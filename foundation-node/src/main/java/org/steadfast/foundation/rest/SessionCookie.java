package org.steadfast.foundation.rest;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.steadfast.foundation.security.ClientAddress;

/** The cookie that a client shows for its session. Immutable. */
final class SessionCookie {
    private static final String NAME = "JSESSIONID";
    private static final int LONGEST = 256;
    /** No script reads it, and other sites' forms do not bring it along. */
    private static final String ATTRIBUTES = "; Path=/Thingworx; HttpOnly; SameSite=Lax";

    private final ClientAddress addresses;
    private final boolean alwaysSecure;

    /** @param alwaysSecure whether it is to be sent over TLS alone, whichever way the request came */
    SessionCookie(ClientAddress addresses, boolean alwaysSecure) {
        this.addresses = addresses;
        this.alwaysSecure = alwaysSecure;
    }

    static Optional<String> find(HttpServletRequest request) {
        if (request.getCookies() != null) {
            for (Cookie cookie : request.getCookies()) {
                if (cookie.getName().equals(NAME)
                        && !cookie.getValue().isEmpty()
                        && cookie.getValue().length() <= LONGEST) {
                    return Optional.of(cookie.getValue());
                }
            }
        }
        return Optional.empty();
    }

    /** Gives the cookie to whoever sent a request; where that came by TLS, it is to be sent over TLS alone. */
    String of(String token, HttpServletRequest request) {
        return NAME + "=" + token + ATTRIBUTES + (isSecure(request) ? "; Secure" : "");
    }

    private boolean isSecure(HttpServletRequest request) {
        List<String> schemes = Collections.list(request.getHeaders("X-Forwarded-Proto"));
        return alwaysSecure
                || request.isSecure()
                || addresses.isForwardedOverTls(
                        request.getRemoteAddr(), schemes.isEmpty() ? null : String.join(",", schemes));
    }

    /** Takes the cookie away from a client. */
    static String ended() {
        return NAME + "=" + ATTRIBUTES + "; Max-Age=0";
    }
}
