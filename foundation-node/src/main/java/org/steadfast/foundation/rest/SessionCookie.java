package org.steadfast.foundation.rest;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/** The cookie that a client shows for its session. Stateless. */
final class SessionCookie {
    private static final String NAME = "JSESSIONID";
    private static final int LONGEST = 256;
    /** No script reads it, and other sites' forms do not bring it along. */
    private static final String ATTRIBUTES = "; Path=/Thingworx; HttpOnly; SameSite=Lax";

    private SessionCookie() {}

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

    /** @param secure whether it is to be sent over TLS alone */
    static String of(String token, boolean secure) {
        return NAME + "=" + token + ATTRIBUTES + (secure ? "; Secure" : "");
    }

    /** Takes the cookie away from a client. */
    static String ended() {
        return NAME + "=" + ATTRIBUTES + "; Max-Age=0";
    }
}
